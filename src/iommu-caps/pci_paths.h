/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PCI functions of a machine as a tree of bridges, and the way that
 * requests between two of them take.
 */
#ifndef PCI_PATHS_H
#define PCI_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acs_rules.h"
#include "common/common.h"

/* In the order of enum acs_control */
extern const char *const acs_control_names[ACS_NR];

/* What sends a peer-to-peer request up to the root complex */
#define ACS_REDIRECT	(1u << ACS_RR | 1u << ACS_CR | 1u << ACS_EC)

/* acs_read_controls(): it cannot be read now; the function has no folder */
#define ACS_UNREAD	(-1)
#define ACS_NO_FOLDER	(-2)

/**
 * struct pci_fn - one PCI function
 * @name:	DDDD:BB:DD.F
 * @up:		the bridge above it; NULL on a root bus
 * @root:	name of its host bridge, pciDDDD:BB
 * @group:	number of its IOMMU group, or NULL
 * @enabled:	ACS controls that are on, -1: cannot be known now
 * @ids:	vendor, device and class
 */
struct pci_fn {
	char *name;
	struct pci_fn *up;
	char *root;
	char *group;
	int enabled;
	struct iommucaps_ids ids;
};

/**
 * struct pci_paths - all functions, sorted by name
 * @cpu_forwards: the kernel trusts every root complex of this processor to
 *		forward peer-to-peer requests
 * @p2pdma:	this kernel offers peer-to-peer DMA: 1, 0, -1: unknown
 */
struct pci_paths {
	struct pci_fn *v;
	size_t n;
	bool cpu_forwards;
	int p2pdma;
};

enum path_verdict {
	PATH_DIRECT, PATH_REDIRECTED, PATH_HOST_BRIDGE, PATH_REFUSED,
	PATH_UNKNOWN, PATH_NR
};

extern const char *const path_verdict_names[PATH_NR];

/**
 * struct pci_path - the way between two functions
 * @distance:	bridges passed, counted as the kernel does
 * @below_switch: there is a bridge above both
 * @redirects:	functions on the way whose ACS sends requests up; NULL-ended
 */
#define PATH_REDIRECTS	32

struct pci_path {
	enum path_verdict verdict;
	unsigned int distance;
	bool below_switch;
	const struct pci_fn *redirects[PATH_REDIRECTS + 1];
};

int acs_read_controls(struct iommucaps *ic, const char *fn, const char *file);
unsigned int pci_depth(const char *path);
enum acs_kind pci_port_kind(unsigned int depth);
int pci_paths_read(struct iommucaps *ic, struct pci_paths *paths);
void pci_paths_free(struct pci_paths *paths);
struct pci_fn *pci_paths_find(const struct pci_paths *paths, const char *name);
void pci_path_between(const struct pci_paths *paths, const struct pci_fn *a,
		      const struct pci_fn *b, struct pci_path *path);

#endif /* PCI_PATHS_H */
