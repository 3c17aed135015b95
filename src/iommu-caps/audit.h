/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is wrong with this machine, for the verbs that say it
 */
#ifndef IOMMU_CAPS_AUDIT_H
#define IOMMU_CAPS_AUDIT_H

#include "advice.h"

enum harm { HARM_CRITICAL, HARM_HIGH, HARM_MEDIUM, HARM_LOW };

extern const char *const harm_names[];

struct audit;

/**
 * struct finding - one thing that can be wrong
 * @id: stays the same
 * @hsi: fwupd's attribute for the same, or NULL
 * @text: what is wrong, said of the devices
 * @group: is it wrong with a group? NULL where it is no matter of a group
 * @machine: is it wrong with the machine? NULL where it is a matter of groups
 * @explain: says why and what to change
 *
 * The table of them is in the order of harm.
 */
struct finding {
	const char *id;
	enum harm harm;
	const char *hsi;
	const char *text;
	bool (*group)(struct iommucaps_group *g);
	bool (*machine)(struct audit *a);
	void (*explain)(struct audit *a, struct report *r);
};

/**
 * struct audit - an audit under way
 * @devices, @n: devices that the finding under way is about
 * @group: number of a group that it is about, if it is about just one
 * @unknown: groups of which it cannot be known whether they are protected
 * @put: prints a finding
 * @data: for @put
 */
struct audit {
	struct machine m;
	struct iommucaps_device **devices;
	size_t n;
	size_t room;
	const char *group;
	size_t ngroups;
	size_t unknown;
	enum harm least;
	void (*put)(struct audit *a, const struct finding *f,
		    const struct report *r);
	void *data;
	struct json *j;
	bool colors;
	size_t found;
};

void audit_run(struct audit *a);
void audit_count_unknown(struct audit *a);

#endif /* IOMMU_CAPS_AUDIT_H */
