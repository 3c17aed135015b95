/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What to change, given what this machine shows
 */
#ifndef IOMMU_CAPS_ADVICE_H
#define IOMMU_CAPS_ADVICE_H

#include "report.h"

/**
 * struct machine - where advice looks whether it is followed already
 * @ic: the tree
 * @root: the machine's root directory, "" for /
 * @cmdline: of the kernel; empty if it could not be read
 * @memory: bytes of RAM; 0 if that is not known, only root can see it
 */
struct machine {
	struct iommucaps *ic;
	char *root;
	char *cmdline;
	unsigned long long memory;
};

void machine_init(struct machine *m, struct iommucaps *ic);
void machine_free(struct machine *m);
bool machine_is_virtual(const struct machine *m);
bool machine_has_unit(const struct machine *m, const char *type);
bool machine_has_program(const struct machine *m, const char *name);
bool machine_flag(const struct machine *m, const char *file);
const char *machine_line(const struct machine *m, const char *file, char *buf,
			 size_t size);

void advise_switch_on(const struct machine *m, struct report *r);
void advise_get_one(const struct machine *m, struct report *r);
void advise_identity(const struct machine *m, struct report *r,
		     const char *group);
void advise_direct(struct report *r);
void advise_relaxable(struct report *r);
void advise_ats(const struct machine *m, struct report *r);
void advise_dma_ops(const struct machine *m, struct report *r);
void advise_hw_pass_through(struct report *r);
void advise_interrupts(const struct machine *m, struct report *r);
void advise_acs_off(const struct machine *m, struct report *r);
bool explain_hole(const struct machine *m, struct report *r,
		  struct iommucaps_device *d);
void advise_hole(struct report *r);
void explain_no_group(const struct machine *m, struct report *r, bool bound);

#endif /* IOMMU_CAPS_ADVICE_H */
