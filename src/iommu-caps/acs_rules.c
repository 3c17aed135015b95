// SPDX-License-Identifier: GPL-2.0-only
/*
 * The groups that follow from access control services
 *
 * The kernel puts PCI functions into one group when one can reach another
 * without passing the IOMMU: pci_device_group() in drivers/iommu/iommu.c,
 * pci_acs_enabled() in drivers/pci/pci.c. It asks for four controls, of every
 * port on the way up and of every function of a multifunction device. Devices
 * that isolate without saying so are in a table of the kernel's own (quirks),
 * which is not repeated here.
 *
 * PCI Express Base Specification 6.0, 6.12.
 */
#include "acs_rules.h"

/**
 * acs_missing() - what keeps a function from isolating
 * @kind: what it is
 * @multifunction: it is one of several functions of a device
 * @acs: its controls
 *
 * A control that a function does not have is hard-wired to isolate.
 *
 * Return: the controls that are off and would have to be on, 1 << ACS_*;
 * ACS_NONE: there is no ACS at all; 0: nothing.
 */
unsigned int acs_missing(enum acs_kind kind, bool multifunction,
			 const struct acs_controls *acs)
{
	if (kind == ACS_KIND_BRIDGE || kind == ACS_KIND_CONVENTIONAL)
		return ACS_NONE;
	if (kind == ACS_KIND_ENDPOINT && !multifunction)
		return 0;
	if (!acs->present)
		return ACS_NONE;
	return ACS_ISOLATES & acs->capable & ~acs->enabled;
}

static bool isolates(const struct acs_node *node)
{
	return node->isolates ||
	       !acs_missing(node->kind, node->multifunction, &node->acs);
}

static bool path_isolates(const struct acs_node *node)
{
	for (; node; node = node->up)
		if (!isolates(node))
			return false;
	return true;
}

/* Requests from below carry the requester id of such a bridge. */
static bool stands_for_all_below(const struct acs_node *bridge)
{
	return bridge->kind == ACS_KIND_BRIDGE ||
	       bridge->kind == ACS_KIND_CONVENTIONAL;
}

static size_t group_of(struct acs_node *v, size_t i)
{
	while (v[i].group != i)
		i = v[i].group;
	return i;
}

static void join(struct acs_node *v, const struct acs_node *a,
		 const struct acs_node *b)
{
	size_t x = group_of(v, (size_t)(a - v));
	size_t y = group_of(v, (size_t)(b - v));

	if (x < y)
		v[y].group = x;
	else
		v[x].group = y;
}

/* Functions of a device that do not isolate reach each other. */
static void join_slot(struct acs_node *v, size_t n, const struct acs_node *node)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].slot == node->slot && v[i].up == node->up &&
		    !isolates(&v[i]))
			join(v, node, &v[i]);
}

/**
 * acs_group_nodes() - group functions as the kernel does
 * @v: all functions of a machine; @group of each is set
 * @n: how many
 */
void acs_group_nodes(struct acs_node *v, size_t n)
{
	const struct acs_node *node, *up;
	size_t i;

	for (i = 0; i < n; i++)
		v[i].group = i;
	for (i = 0; i < n; i++) {
		node = v[i].requester ? v[i].requester : &v[i];
		for (up = node->up; up; up = up->up)
			if (stands_for_all_below(up))
				node = up;
		join(v, &v[i], node);
		if (!path_isolates(node->up))
			join(v, node, node->up);
		else if (node->multifunction && !isolates(node))
			join_slot(v, n, node);
	}
	for (i = 0; i < n; i++)
		v[i].group = group_of(v, i);
}
