/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a function has its ACS registers: PCI Express Base Specification 6.0,
 * 7.7.11.
 */
#ifndef _IC_ACS_REGS_H
#define _IC_ACS_REGS_H

unsigned int acs_control_register(unsigned int vendor, unsigned int device);

#endif /* _IC_ACS_REGS_H */
