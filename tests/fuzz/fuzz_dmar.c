// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMAR parser and its device scopes.
 */
#include "fuzz.h"
#include "decode/dmar.h"

static int scopes(struct walk *w, const struct dmar_scope_list *list,
		  u32 offset)
{
	struct ic_parse_error err = { 0, NULL };
	struct dmar_scope_iter it;
	struct dmar_scope scope;
	unsigned int hop;
	int ret;

	w->calls++;
	MUST(offset < w->size);
	MUST(list->offset <= w->size && list->len <= w->size - list->offset);
	touch(w, list->data, list->len);
	dmar_scope_first(&it, list);
	while ((ret = dmar_scope_next(&it, &scope, &err)) > 0) {
		for (hop = 0; hop < scope.path_len; hop++)
			w->sum += dmar_scope_device(&scope, hop) +
				  dmar_scope_function(&scope, hop);
		w->sum += !dmar_scope_type_name(scope.type);
	}
	/* What was delivered is sound. */
	MUST(ret == 0 && !err.reason);
	return 0;
}

static int header(void *ctx, const struct dmar_header *hdr)
{
	struct walk *w = ctx;

	w->calls++;
	MUST(hdr->host_address_width >= 1 && hdr->host_address_width <= 256);
	return 0;
}

static int unit(void *ctx, const struct dmar_unit *e)
{
	MUST(e->size >= 4096);
	return scopes(ctx, &e->scopes, e->offset);
}

static int rmrr(void *ctx, const struct dmar_rmrr *e)
{
	return scopes(ctx, &e->scopes, e->offset);
}

static int atsr(void *ctx, const struct dmar_atsr *e)
{
	return scopes(ctx, &e->scopes, e->offset);
}

static int rhsa(void *ctx, const struct dmar_rhsa *e)
{
	struct walk *w = ctx;

	w->calls++;
	MUST(e->offset < w->size);
	return 0;
}

static int andd(void *ctx, const struct dmar_andd *e)
{
	struct walk *w = ctx;

	w->calls++;
	touch(w, e->name, e->name_len);
	MUST(!memchr(e->name, 0, e->name_len));
	return 0;
}

static int satc(void *ctx, const struct dmar_satc *e)
{
	return scopes(ctx, &e->scopes, e->offset);
}

static int sidp(void *ctx, const struct dmar_sidp *e)
{
	return scopes(ctx, &e->scopes, e->offset);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct dmar_visitor v = {
		.header = header, .unit = unit, .rmrr = rmrr, .atsr = atsr,
		.rhsa = rhsa, .andd = andd, .satc = satc, .sidp = sidp,
	};
	struct ic_parse_error err = { 0, NULL };
	struct walk w = { .size = size };

	/* Scopes as they come, not only those that the parser let through. */
	if (size) {
		struct dmar_scope_list list = { data, (u32)size, 0 };
		struct dmar_scope_iter it;
		struct dmar_scope scope;

		dmar_scope_first(&it, &list);
		while (dmar_scope_next(&it, &scope, &err) > 0)
			touch(&w, scope.path, 2 * scope.path_len);
		err.offset = 0;
		err.reason = NULL;
	}
	check_result(&w, dmar_parse(data, size, &v, &w, &err), &err, 8);
	return 0;
}
