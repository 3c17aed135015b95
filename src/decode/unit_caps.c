// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vendor-neutral unit capabilities: start values, and the text of the two
 * attributes that are lists of tokens.
 */
#include "unit_caps.h"

/* Text under construction; counts on when the buffer is full. */
struct text {
	char *buf;
	size_t size;
	size_t len;
};

static void put_char(struct text *t, char c)
{
	if (t->len + 1 < t->size)
		t->buf[t->len] = c;
	t->len++;
}

static void put_string(struct text *t, const char *s)
{
	while (*s)
		put_char(t, *s++);
}

/* A number below 1000. */
static void put_number(struct text *t, unsigned int n)
{
	if (n >= 100)
		put_char(t, (char)('0' + n / 100));
	if (n >= 10)
		put_char(t, (char)('0' + n / 10 % 10));
	put_char(t, (char)('0' + n % 10));
}

static size_t put_end(struct text *t)
{
	if (t->size)
		t->buf[t->len < t->size ? t->len : t->size - 1] = '\0';
	return t->len;
}

/**
 * ic_unit_caps_init() - nothing is known yet
 * @caps: the structure to set
 */
void ic_unit_caps_init(struct ic_unit_caps *caps)
{
	caps->caching_mode = IC_UNKNOWN;
	caps->intr_remap_capable = IC_UNKNOWN;
	caps->passthrough_capable = IC_UNKNOWN;
	caps->coherent_walk = IC_UNKNOWN;
	caps->snoop_control = IC_UNKNOWN;
	caps->range_invalidation = IC_UNKNOWN;
	caps->features_known = false;
	caps->page_sizes = 0;
	caps->address_width = 0;
	caps->domains = 0;
	caps->substream_bits = IC_NO_NUMBER;
	caps->output_width = 0;
	caps->features = 0;
	caps->version_major = IC_NO_NUMBER;
	caps->version_minor = IC_NO_NUMBER;
}

/**
 * ic_feature_name() - token of a feature
 * @feat: one of &enum ic_feat
 *
 * Return: the token, or NULL beyond the last feature.
 */
const char *ic_feature_name(unsigned int feat)
{
	static const char * const names[] = {
		[IC_FEAT_ATS] = "ats",
		[IC_FEAT_PRI] = "pri",
		[IC_FEAT_PASID] = "pasid",
		[IC_FEAT_NESTED] = "nested",
		[IC_FEAT_SCALABLE] = "scalable",
		[IC_FEAT_FIRST_STAGE] = "first-stage",
		[IC_FEAT_SECOND_STAGE] = "second-stage",
		[IC_FEAT_POSTED_INTERRUPTS] = "posted-interrupts",
		[IC_FEAT_X2APIC] = "x2apic",
		[IC_FEAT_STALL] = "stall",
		[IC_FEAT_DIRTY_TRACKING] = "dirty-tracking",
		[IC_FEAT_QUEUED_INVALIDATION] = "queued-invalidation",
		[IC_FEAT_MSI_FLAT] = "msi-flat",
		[IC_FEAT_MSI_MRIF] = "msi-mrif",
		[IC_FEAT_SNP] = "snp",
		[IC_FEAT_PROBE] = "probe",
		[IC_FEAT_MAP_UNMAP] = "map-unmap",
		[IC_FEAT_MMIO] = "mmio",
		[IC_FEAT_BYPASS_CONFIG] = "bypass-config",
	};

	return feat < IC_FEAT_COUNT ? names[feat] : NULL;
}

/**
 * ic_format_page_sizes() - page sizes as tokens, smallest first
 * @sizes: bit n for pages of 2^n bytes
 * @buf: filled with "4K 2M 1G" and the like, always NUL-terminated
 * @size: bytes in @buf
 *
 * Return: length of the whole text, like snprintf().
 */
size_t ic_format_page_sizes(u64 sizes, char *buf, size_t size)
{
	static const char units[] = "\0KMGTPE";
	struct text t;
	unsigned int n;

	t.buf = buf;
	t.size = size;
	t.len = 0;
	for (n = 0; n < 64; n++) {
		if (!ic_bit(sizes, n))
			continue;
		if (t.len)
			put_char(&t, ' ');
		put_number(&t, 1U << (n % 10));
		if (n >= 10)
			put_char(&t, units[n / 10]);
	}
	return put_end(&t);
}

/**
 * ic_format_features() - features as tokens, in the order of &enum ic_feat
 * @features: bitmap of &enum ic_feat
 * @buf: filled with "ats pri pasid" and the like, always NUL-terminated
 * @size: bytes in @buf
 *
 * Return: length of the whole text, like snprintf().
 */
size_t ic_format_features(u64 features, char *buf, size_t size)
{
	struct text t;
	unsigned int n;

	t.buf = buf;
	t.size = size;
	t.len = 0;
	for (n = 0; n < IC_FEAT_COUNT; n++) {
		if (!ic_bit(features, n))
			continue;
		if (t.len)
			put_char(&t, ' ');
		put_string(&t, ic_feature_name(n));
	}
	return put_end(&t);
}
