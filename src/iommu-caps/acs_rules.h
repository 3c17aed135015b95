/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The groups that follow from access control services, by the kernel's rules.
 */
#ifndef IOMMU_CAPS_ACS_RULES_H
#define IOMMU_CAPS_ACS_RULES_H

#include <stdbool.h>
#include <stddef.h>

/* Bits of the ACS registers: PCI Express Base Specification 6.0, 7.7.11.2 */
enum acs_control {
	ACS_SV, ACS_TB, ACS_RR, ACS_CR, ACS_UF, ACS_EC, ACS_DT, ACS_NR
};

/* What keeps functions apart, so that the kernel groups them apart */
#define ACS_ISOLATES	(1u << ACS_SV | 1u << ACS_RR | 1u << ACS_CR | \
			 1u << ACS_UF)

/* acs_missing(): there is no ACS where it would have to be */
#define ACS_NONE	(1u << ACS_NR)

enum acs_kind {
	ACS_KIND_ENDPOINT,	/* endpoints, and upstream ports of switches */
	ACS_KIND_PORT,		/* root ports, downstream ports of switches */
	ACS_KIND_BRIDGE,	/* to or from conventional PCI */
	ACS_KIND_CONVENTIONAL,	/* without a PCI Express capability */
};

/**
 * struct acs_controls - what a function's ACS capability says
 * @present:	there is one
 * @capable:	the controls it has, 1 << ACS_*
 * @enabled:	the controls that are on
 */
struct acs_controls {
	bool present;
	unsigned int capable;
	unsigned int enabled;
};

/**
 * struct acs_node - one function of a machine
 * @up:		the bridge above it; NULL on a root bus
 * @requester:	the function whose requester id its requests carry, where that
 *		is not its own (VMD, for those behind it); NULL
 * @slot:	the same for all functions of one device
 * @kind:	decides where ACS is needed
 * @multifunction: one of several functions of a device
 * @isolates:	the kernel takes it to isolate without ACS (its quirks)
 * @acs:	its controls
 * @group:	set by acs_group_nodes(): the first function of its group
 */
struct acs_node {
	const struct acs_node *up;
	const struct acs_node *requester;
	unsigned long slot;
	enum acs_kind kind;
	bool multifunction;
	bool isolates;
	struct acs_controls acs;
	size_t group;
};

unsigned int acs_missing(enum acs_kind kind, bool multifunction,
			 const struct acs_controls *acs);
void acs_group_nodes(struct acs_node *v, size_t n);

#endif /* IOMMU_CAPS_ACS_RULES_H */
