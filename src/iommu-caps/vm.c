// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps vm: will a virtual machine with this device start, and with what?
 *
 * VFIO maps the guest's memory at the guest's own addresses, all of it, before
 * the guest runs. So QEMU fails at the start when the memory, as QEMU lays it
 * out, touches an I/O address that the group's iova_ranges do not have, or that
 * is wider than its units translate.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "advice.h"
#include "check.h"
#include "verbs.h"
#include "viommu.h"

#define MIB		(1ULL << 20)
#define GIB		(1ULL << 30)
#define TIB		(1ULL << 40)
/* AMD processors keep 12G below 1T for HyperTransport; QEMU jumps over it */
#define HT_START	(TIB - 12 * GIB)
/* What a process of DPDK has of virtual addresses on most processors */
#define DPDK_WIDTH	47

struct range {
	unsigned long long start;
	unsigned long long end;		/* the last address */
};

enum arch { ARCH_OTHER, ARCH_X86, ARCH_ARM, ARCH_RISCV, ARCH_POWER };

/**
 * struct limits - what a guest with a device of the group meets
 * @ranges:	addresses that may be mapped, lowest first; NULL if unknown
 * @amd:	a processor of AMD, by its IOMMU
 */
struct limits {
	enum arch arch;
	bool amd;
	struct range *ranges;
	size_t n;
};

static enum arch arch_of(const struct machine *m, bool *amd)
{
	struct utsname u;

	*amd = machine_has_unit(m, IOMMU_CAPS_TYPE_AMD_VI);
	if (*amd || machine_has_unit(m, IOMMU_CAPS_TYPE_INTEL_VTD))
		return ARCH_X86;
	if (machine_has_unit(m, IOMMU_CAPS_TYPE_ARM_SMMU_V3) ||
	    machine_has_unit(m, IOMMU_CAPS_TYPE_ARM_SMMU))
		return ARCH_ARM;
	if (machine_has_unit(m, IOMMU_CAPS_TYPE_RISCV))
		return ARCH_RISCV;
	if (machine_has_unit(m, IOMMU_CAPS_TYPE_POWER_TCE))
		return ARCH_POWER;
	if (uname(&u))
		return ARCH_OTHER;
	return !strcmp(u.machine, "x86_64") ? ARCH_X86 :
	       !strcmp(u.machine, "aarch64") ? ARCH_ARM :
	       !strncmp(u.machine, "riscv", 5) ? ARCH_RISCV : ARCH_OTHER;
}

/* Drivers may make domains that are wider than the unit: the narrower counts */
static void limits_read(const struct machine *m, struct iommucaps_group *g,
			struct limits *l)
{
	const char *list = iommucaps_group_fact(g, "iova_ranges"), *p;
	unsigned int width = number_of(iommucaps_group_fact(g, "address_width"));
	unsigned long long top;
	struct range r;
	size_t len;

	memset(l, 0, sizeof(*l));
	l->arch = arch_of(m, &l->amd);
	top = width && width < 64 ? (1ULL << width) - 1 : ~0ULL;
	while ((p = iommucaps_next_token(&list, &len))) {
		if (sscanf(p, "%llx-%llx", &r.start, &r.end) != 2 ||
		    r.start > r.end || r.start > top)
			continue;
		r.end = r.end < top ? r.end : top;
		l->ranges = xrealloc(l->ranges, l->n + 1, sizeof(r));
		l->ranges[l->n++] = r;
	}
}

/*
 * How QEMU places memory: q35 puts it below 4G, up to where PCI devices begin,
 * and the rest from 4G on; the virt machines have one piece. Returns the
 * number of pieces, 0 where that is not known.
 */
static int place_memory(const struct limits *l, unsigned long long size,
			struct range *piece)
{
	const unsigned long long most = 0xb0000000;
	unsigned long long low;

	switch (l->arch) {
	case ARCH_X86:
		low = size < most ? size : 2 * GIB;
		piece[0] = (struct range){ 0, low - 1 };
		if (size == low)
			return 1;
		piece[1].start = 4 * GIB;
		if (l->amd && 4 * GIB + (size - low) > HT_START)
			piece[1].start = TIB;
		piece[1].end = piece[1].start + (size - low) - 1;
		return 2;
	case ARCH_ARM:
		piece[0] = (struct range){ GIB, GIB + size - 1 };
		return 1;
	case ARCH_RISCV:
		piece[0] = (struct range){ 2 * GIB, 2 * GIB + size - 1 };
		return 1;
	default:
		return 0;
	}
}

/* The range that has an address, or the first one above it, or NULL */
static const struct range *range_from(const struct limits *l,
				      unsigned long long address)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->ranges[i].end >= address)
			return &l->ranges[i];
	return NULL;
}

/* The first address of a piece that cannot be mapped; false if all can */
static bool misses(const struct limits *l, const struct range *piece,
		   unsigned long long *at)
{
	const struct range *r = range_from(l, piece->start);

	*at = piece->start;
	if (!r || r->start > piece->start)
		return true;
	*at = r->end + 1;
	return r->end < piece->end;
}

static bool fits(const struct limits *l, unsigned long long size)
{
	struct range piece[2];
	unsigned long long at;
	int i, n;

	n = place_memory(l, size, piece);
	for (i = 0; i < n; i++)
		if (misses(l, &piece[i], &at))
			return false;
	return true;
}

/* The most memory that fits, in whole MiB: what fits is all below a limit */
static unsigned long long most_memory(const struct limits *l)
{
	unsigned long long low = 0, high = 1ULL << 40, mid;	/* MiB */

	while (low < high) {
		mid = low + (high - low + 1) / 2;
		if (fits(l, mid * MIB))
			low = mid;
		else
			high = mid - 1;
	}
	return low * MIB;
}

static const char *size_text(unsigned long long size, char *buf, size_t len)
{
	if (size % GIB)
		snprintf(buf, len, "%lluM", size / MIB);
	else
		snprintf(buf, len, "%lluG", size / GIB);
	return buf;
}

static void say_hole(struct report *r, const struct limits *l,
		     const struct range *piece, unsigned long long at)
{
	const struct range *next = range_from(l, at);

	report_say(r, "QEMU puts memory at 0x%llx-0x%llx.", piece->start,
		   piece->end);
	if (next)
		report_say(r, "There the I/O addresses 0x%llx-0x%llx are reserved: for interrupts, or because firmware demands them.",
			   at, next->start - 1);
	else
		report_say(r, "The I/O addresses of its group end at 0x%llx.",
			   at - 1);
}

/* @most: what fits at most, left alone where that is not known */
static enum verdict explain_memory(struct report *r, const struct limits *l,
				   unsigned long long size,
				   unsigned long long *most)
{
	unsigned long long at;
	struct range piece[2];
	char buf[32];
	int i, n;

	if (l->arch == ARCH_POWER) {
		report_say(r, "QEMU's pseries machine maps what the guest maps in its TCE windows, whatever its memory.");
		return YES;
	}
	n = place_memory(l, size ? size : GIB, piece);
	if (!l->n || !n) {
		if (!l->n)
			report_say(r,
				   "Which addresses the guest's memory may have is only known once VFIO holds the group.");
		else
			report_say(r, "How QEMU places memory on this architecture is not known here.");
		return size ? UNKNOWN : YES;
	}
	*most = most_memory(l);
	for (i = 0; size && i < n; i++) {
		if (!misses(l, &piece[i], &at))
			continue;
		report_say(r, "%s of memory do not fit.",
			   size_text(size, buf, sizeof(buf)));
		say_hole(r, l, &piece[i], at);
		if (*most)
			report_change(r, "give it at most %s of memory",
				      size_text(*most, buf, sizeof(buf)));
		return NO;
	}
	if (size)
		report_say(r, "%s of memory fit.",
			   size_text(size, buf, sizeof(buf)));
	report_say(r, "At most %s fit.", size_text(*most, buf, sizeof(buf)));
	return YES;
}

/* Larger pages than 4K are worth having if host and IOMMU both have them. */
static void explain_huge_pages(const struct machine *m, struct report *r,
			       struct iommucaps_group *g,
			       unsigned long long size)
{
	static const struct {
		const char *token;
		unsigned long kib;
	} sizes[] = { { "1G", 1048576 }, { "512M", 524288 }, { "32M", 32768 },
		      { "2M", 2048 } };
	const char *have = iommucaps_group_fact(g, "page_sizes");
	unsigned long long bytes;
	char path[4096];
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		bytes = sizes[i].kib * 1024ULL;
		snprintf(path, sizeof(path), "%s/kernel/mm/hugepages/hugepages-%lukB",
			 iommucaps_sysfs(m->ic), sizes[i].kib);
		if (!iommucaps_has_token(have, sizes[i].token) ||
		    access(path, F_OK) || (size && size % bytes))
			continue;
		report_say(r, "Huge pages of %s are worth having: the IOMMU maps each as one.",
			   sizes[i].token);
		if (size)
			report_change(r, "echo %llu > %s/nr_hugepages",
				      size / bytes, path);
		return;
	}
}

/* What else of the group may stay on this machine, but not with its driver */
static void explain_mates(struct report *r, struct iommucaps_device *d,
			  struct iommucaps_group *g)
{
	struct iommucaps_device *const *o;
	struct text line = { 0 };

	for (o = iommucaps_group_devices(g); *o; o++)
		if (strcmp(iommucaps_device_path(*o), iommucaps_device_path(d)))
			text_printf(&line, " %s", iommucaps_device_name(*o));
	if (line.s)
		report_say(r, "The other devices of its group go to the guest as well, or stay without a driver (bridges keep theirs):%s.",
			   line.s);
	text_free(&line);
}

/* Bits of the widest address that may be mapped; 0 if that is not known */
static unsigned int width_of(const struct limits *l)
{
	unsigned long long top = l->n ? l->ranges[l->n - 1].end : 0;
	unsigned int bits = 0;

	for (; top; top >>= 1)
		bits++;
	return bits;
}

static bool is_pci(struct iommucaps_device *d, unsigned int *at)
{
	return is(iommucaps_device_bus(d), "pci") &&
	       sscanf(iommucaps_device_name(d), "%x:%x:%x.%x", &at[0], &at[1],
		      &at[2], &at[3]) == 4;
}

static int print_qemu(struct iommucaps_device *d, const struct limits *l,
		      unsigned long long size, const struct viommu *v)
{
	static const char *const machines[] = {
		[ARCH_X86] = "q35", [ARCH_ARM] = "virt,gic-version=max",
		[ARCH_RISCV] = "virt,aia=aplic-imsic",
		[ARCH_POWER] = "pseries",
	};
	unsigned int at[4];

	if (!is_pci(d, at) || l->arch == ARCH_OTHER)
		return STATUS_UNKNOWN;
	printf("-machine %s", machines[l->arch]);
	if (size)
		printf(" -m %lluM", size / MIB);
	printf(" %s-device vfio-pci,host=%s%s\n", v->qemu,
	       iommucaps_device_name(d), v->vfio ?: "");
	return STATUS_YES;
}

/* libvirt has no words for an accelerated SMMU yet */
static int print_libvirt(struct iommucaps_device *d, const struct viommu *v)
{
	unsigned int at[4];

	if (!is_pci(d, at) || (*v->qemu && !v->aw_bits))
		return STATUS_UNKNOWN;
	if (v->aw_bits)
		printf("<iommu model='intel'>\n"
		       "  <driver caching_mode='on' aw_bits='%u'/>\n"
		       "</iommu>\n", v->aw_bits);
	printf("<hostdev mode='subsystem' type='pci' managed='yes'>\n"
	       "  <driver name='vfio'/>\n"
	       "  <source>\n"
	       "    <address domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>\n"
	       "  </source>\n"
	       "</hostdev>\n", at[0], at[1], at[2], at[3]);
	return STATUS_YES;
}

/*
 * DPDK uses its own virtual addresses for DMA where the IOMMU translates as
 * many bits as a process has, and physical ones elsewhere.
 */
static int print_dpdk(struct iommucaps_device *d, struct iommucaps_group *g)
{
	unsigned int width = number_of(g ? iommucaps_group_fact(g,
					"address_width") : NULL);

	if (g && !width)
		return STATUS_UNKNOWN;
	if (!g)
		printf("# no IOMMU translates its DMA: physical addresses, and vfio-pci without an IOMMU\n"
		       "modprobe vfio enable_unsafe_noiommu_mode=1\n");
	else if (width > DPDK_WIDTH)
		printf("# the IOMMU translates %u bits: all addresses of a process\n",
		       width);
	else
		printf("# the IOMMU translates %u bits, fewer than the addresses of a process\n",
		       width);
	printf("dpdk-devbind.py --bind=vfio-pci %s\n"
	       "-a %s --iova-mode=%s\n", iommucaps_device_name(d),
	       iommucaps_device_name(d), width > DPDK_WIDTH ? "va" : "pa");
	return STATUS_YES;
}

/* 8G, 512M or, as for QEMU's -m, a number of MiB; 0 if it is none */
static unsigned long long memory_size(const char *arg)
{
	static const char units[] = "MGT";
	unsigned long long n;
	const char *unit;
	char *end;

	errno = 0;
	n = strtoull(arg, &end, 10);
	unit = *end ? strchr(units, *end) : units;
	if (errno || *arg < '0' || *arg > '9' || !unit || (*end && end[1]) ||
	    n >= (1ULL << 34) >> 10 * (unit - units))
		return 0;
	return n * MIB << 10 * (unit - units);
}

enum format { TEXT, QEMU, LIBVIRT, DPDK, JSON };

static void json_bytes_or_null(struct json *j, const char *name,
			       unsigned long long bytes)
{
	if (bytes)
		json_int(j, name, bytes);
	else
		json_null(j, name);
}

/* The answer, and the same two reports as in words */
static void print_json(struct iommucaps_device *d, unsigned long long size,
		       unsigned long long most, int status,
		       const struct report *r, const struct report *memory,
		       const struct report *viommu)
{
	struct json j = JSON_INIT(stdout);

	json_object(&j, NULL);
	json_string(&j, "device", iommucaps_device_name(d));
	json_group(&j, iommucaps_device_group(d));
	json_string(&j, "starts", status == STATUS_YES ? "yes" :
		    status == STATUS_NO ? "no" : NULL);
	json_object(&j, "assignment");
	report_json(r, &j);
	json_object_end(&j);
	json_object(&j, "memory");
	json_bytes_or_null(&j, "size", size);
	json_bytes_or_null(&j, "most", most);
	report_json(memory, &j);
	json_object_end(&j);
	if (viommu) {
		json_object(&j, "viommu");
		report_json(viommu, &j);
		json_object_end(&j);
	}
	json_object_end(&j);
	putchar('\n');
}

static int answer(const struct machine *m, struct iommucaps_device *d,
		  unsigned long long size, bool viommu, enum format format)
{
	struct iommucaps_group *g = iommucaps_device_group(d);
	struct report r = { 0 }, memory = { 0 }, own = { 0 };
	enum verdict start = NO, fit = YES, match = YES;
	struct limits l = { 0 };
	struct viommu v = { 0 };
	unsigned long long most = 0;
	int status;

	if (g) {
		start = explain_assignment(m, &r, d, g);
		explain_mates(&r, d, g);
		limits_read(m, g, &l);
		/* DPDK has addresses of its own choice */
		if (format != DPDK)
			fit = explain_memory(&memory, &l, size, &most);
		explain_huge_pages(m, &memory, g, size);
		if (viommu)
			match = viommu_explain(m, &own, g, l.arch == ARCH_X86,
					       width_of(&l), &v);
	} else {
		report_say(&r, "VFIO only takes devices that are in a group.");
		explain_no_group(m, &r, iommucaps_device_driver(d));
	}
	status = start == NO || fit == NO || match == NO ? STATUS_NO :
		 start == UNKNOWN || fit == UNKNOWN || match == UNKNOWN ?
		 STATUS_UNKNOWN : STATUS_YES;
	if (format == TEXT) {
		printf("A guest with %s starts: %s\n", iommucaps_device_name(d),
		       status == STATUS_YES ? "yes" :
		       status == STATUS_NO ? "no" : "cannot be known");
		report_print(&r, "  ");
		report_print(&memory, "  ");
		report_print(&own, "  ");
	} else if (format == JSON) {
		print_json(d, size, most, status, &r, &memory,
			   viommu ? &own : NULL);
	} else if (format == DPDK && (!g || status == STATUS_YES)) {
		status = print_dpdk(d, g);
	} else if (status == STATUS_YES) {
		status = format == QEMU ? print_qemu(d, &l, size, &v) :
			 print_libvirt(d, &v);
	} else {
		fflush(stdout);
		warnx("%s: %s; without --format, it is said why",
		      iommucaps_device_name(d), status == STATUS_NO ?
		      "it would not start" : "it is not known whether it starts");
	}
	free(l.ranges);
	report_free(&r);
	report_free(&memory);
	report_free(&own);
	return status;
}

int verb_vm(int argc, char **argv)
{
	enum { OPT_MEMORY = 256, OPT_FORMAT, OPT_VIOMMU };
	static const struct option options[] = {
		{ "memory", required_argument, NULL, OPT_MEMORY },
		{ "viommu", no_argument, NULL, OPT_VIOMMU },
		{ "format", required_argument, NULL, OPT_FORMAT },
		{ "json", no_argument, NULL, 'J' },
		VERB_OPTIONS
	};
	static const char *const formats[] = {
		[TEXT] = "text", [QEMU] = "qemu", [LIBVIRT] = "libvirt",
		[DPDK] = "dpdk", [JSON] = "json",
	};
	unsigned long long size = 0;
	bool viommu = false;
	struct iommucaps_device *d;
	struct iommucaps *ic;
	struct machine m;
	size_t f = TEXT;
	int c, rc;

	while ((c = getopt_long(argc, argv, VERB_SHORT "J", options,
				NULL)) != -1) {
		switch (c) {
		case OPT_MEMORY:
			size = memory_size(optarg);
			if (!size)
				return verb_usage("--memory: %s: must be a size such as 512M or 8G",
						  optarg);
			break;
		case OPT_VIOMMU:
			viommu = true;
			break;
		case OPT_FORMAT:
			for (f = TEXT; f <= JSON; f++)
				if (!strcmp(formats[f], optarg))
					break;
			if (f > JSON)
				return verb_usage("--format: %s: must be text, qemu, libvirt, dpdk or json",
						  optarg);
			break;
		case 'J':
			f = JSON;
			break;
		default:
			if (verb_common(c))
				break;
			return verb_option(c, "vm [OPTION]... DEVICE",
				"     --memory SIZE    of the guest, such as 512M or 8G\n"
				"     --viommu         the guest has an IOMMU of its own\n"
				"     --format FORMAT  text, qemu, libvirt, dpdk or json\n"
				" -J, --json           print JSON\n");
		}
	}
	if (argc - optind != 1)
		return verb_usage("vm takes one device");

	rc = open_tree(&ic, verb_sysroot);
	if (rc)
		return rc;
	machine_init(&m, ic);
	d = verb_device(ic, argv[optind]);
	rc = d ? answer(&m, d, size, viommu, f) : STATUS_FAILED;
	machine_free(&m);
	rc = tree_status(ic, rc);
	iommucaps_close(ic);
	return rc;
}
