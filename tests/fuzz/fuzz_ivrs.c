// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IVRS parser and its device entries.
 */
#include "fuzz.h"
#include "decode/ivrs.h"

static int header(void *ctx, const struct ivrs_header *hdr)
{
	struct walk *w = ctx;

	w->calls++;
	w->sum += hdr->ivinfo;
	return 0;
}

static int devices(struct walk *w, const struct ivrs_dev_list *list,
		   struct ic_parse_error *err)
{
	struct ivrs_dev_iter it;
	struct ivrs_dev dev;
	int ret;

	ivrs_dev_first(&it, list);
	while ((ret = ivrs_dev_next(&it, &dev, err)) > 0) {
		if (dev.hid)
			touch(w, dev.hid, 8);
		if (dev.cid)
			touch(w, dev.cid, 8);
		if (dev.uid)
			touch(w, dev.uid, dev.uid_len);
	}
	return ret;
}

static int ivhd(void *ctx, const struct ivrs_ivhd *e)
{
	struct ic_parse_error err = { 0, NULL };
	struct walk *w = ctx;

	w->calls++;
	MUST(e->offset < w->size);
	MUST(e->devices.len <= w->size - e->devices.offset);
	touch(w, e->devices.data, e->devices.len);
	MUST(devices(w, &e->devices, &err) == 0 && !err.reason);
	return 0;
}

static int ivmd(void *ctx, const struct ivrs_ivmd *e)
{
	struct walk *w = ctx;

	w->calls++;
	MUST(e->offset < w->size);
	MUST(e->type == IVRS_IVMD_RANGE || e->device == e->device_end);
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct ivrs_visitor v = {
		.header = header, .ivhd = ivhd, .ivmd = ivmd,
	};
	struct ivrs_dev_list list = { data, (u32)size, 0 };
	struct ic_parse_error err = { 0, NULL };
	struct walk w = { .size = size };

	/* Device entries as they come, not only those let through. */
	devices(&w, &list, &err);
	err.offset = 0;
	err.reason = NULL;
	check_result(&w, ivrs_parse(data, size, &v, &w, &err), &err, 24);
	return 0;
}
