/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sentences, and what to change: collected first, printed as text or JSON
 */
#ifndef IOMMU_CAPS_REPORT_H
#define IOMMU_CAPS_REPORT_H

#include "common/common.h"
#include "common/json.h"

/**
 * struct item - a sentence, or what to change about it
 * @change: what to change; otherwise a sentence
 */
struct item {
	bool change;
	char *text;
};

struct report {
	struct item *v;
	size_t n;
};

void report_say(struct report *r, const char *fmt, ...) __printf(2, 3);
void report_change(struct report *r, const char *fmt, ...) __printf(2, 3);
void report_print(const struct report *r, const char *indent);
void report_json(const struct report *r, struct json *j);
void report_free(struct report *r);

#endif /* IOMMU_CAPS_REPORT_H */
