// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps watch: what changes, as it changes
 *
 * The module announces a change of a group's facts by a change event of each
 * of its devices; devices that come, go, or get another driver have events
 * anyway. After an event the whole tree is read and compared with what was
 * there before, so that nothing is missed and nothing is said twice; a burst
 * of events is waited for, and a large tree is not read without pause.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <libudev.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "common/json.h"
#include "verbs.h"

/* After an event, and between two looks as a multiple of what one takes */
#define SETTLE_MS	100
#define PAUSE_FACTOR	5

/**
 * struct record - one value
 * @object: machine, unit, group or device
 * @name: of the unit, group or device, "" for the machine
 * @fact: the file; for a device "group"
 * @value: NULL where it is absent
 */
struct record {
	const char *object;
	const char *name;
	const char *fact;
	const char *value;
};

/**
 * struct snapshot - everything at one moment
 * @ic: owns the strings; NULL while the module is not loaded
 * @v: sorted
 */
struct snapshot {
	struct iommucaps *ic;
	struct record *v;
	size_t n;
	size_t room;
};

struct watch {
	struct snapshot now;
	bool json;
	unsigned long lines;
};

#define NAME_STRING(n)	#n,

static const char *const top_facts[] = { IOMMU_CAPS_TOP_ATTRS(NAME_STRING) };
static const char *const unit_facts[] = { IOMMU_CAPS_UNIT_ATTRS(NAME_STRING) };
static const char *const group_facts[] = {
	IOMMU_CAPS_GROUP_ATTRS(NAME_STRING)
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static void add_record(struct snapshot *s, const char *object,
		       const char *name, const char *fact, const char *value)
{
	if (!value)
		return;
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 1024;
		s->v = xrealloc(s->v, s->room, sizeof(*s->v));
	}
	s->v[s->n++] = (struct record){ object, name, fact, value };
}

static int by_key(const void *a, const void *b)
{
	const struct record *x = a, *y = b;
	int d = strcmp(x->object, y->object);

	if (!d)
		d = strcmp(x->name, y->name);
	return d ? d : strcmp(x->fact, y->fact);
}

static void take_devices(struct snapshot *s, const char *place,
			 struct iommucaps_device *const *d)
{
	for (; d && *d; d++) {
		add_record(s, "device", iommucaps_device_name(*d), "group",
			   place);
		add_record(s, "device", iommucaps_device_name(*d), "driver",
			   iommucaps_device_driver(*d));
	}
}

static void take_snapshot(struct snapshot *s)
{
	struct iommucaps_group *const *g;
	struct iommucaps_unit *const *u;
	size_t i;

	*s = (struct snapshot){ 0 };
	if (iommucaps_open(&s->ic, verb_sysroot))
		return;
	for (i = 0; i < COUNT(top_facts); i++)
		add_record(s, "machine", "", top_facts[i],
			   iommucaps_fact(s->ic, top_facts[i]));
	for (u = iommucaps_units(s->ic); u && *u; u++)
		for (i = 0; i < COUNT(unit_facts); i++)
			add_record(s, "unit", iommucaps_unit_name(*u),
				   unit_facts[i],
				   iommucaps_unit_fact(*u, unit_facts[i]));
	for (g = iommucaps_groups(s->ic); g && *g; g++) {
		for (i = 0; i < COUNT(group_facts); i++)
			add_record(s, "group", iommucaps_group_name(*g),
				   group_facts[i],
				   iommucaps_group_fact(*g, group_facts[i]));
		take_devices(s, iommucaps_group_name(*g),
			     iommucaps_group_devices(*g));
	}
	take_devices(s, IOMMU_CAPS_DIR_UNPROTECTED,
		     iommucaps_unprotected(s->ic));
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), by_key);
}

static void free_snapshot(struct snapshot *s)
{
	free(s->v);
	iommucaps_close(s->ic);
	*s = (struct snapshot){ 0 };
}

/* One line; an absent value is - or null */
static void print_change(struct watch *w, const struct record *r,
			 const char *old, const char *new)
{
	struct json j = { .out = stdout, .first = true, .compact = true };
	char stamp[64];
	struct tm tm;
	time_t now;

	now = time(NULL);
	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S%z", &tm);
	w->lines++;
	if (!w->json) {
		printf("%s %s%s%s: %s: %s -> %s\n", stamp, r->object,
		       *r->name ? " " : "", r->name, r->fact,
		       !old ? "-" : *old ? old : "\"\"",
		       !new ? "-" : *new ? new : "\"\"");
		return;
	}
	json_object(&j, NULL);
	json_string(&j, "time", stamp);
	json_string(&j, "object", r->object);
	json_string(&j, "name", *r->name ? r->name : NULL);
	json_string(&j, "fact", r->fact);
	json_string(&j, "old", old);
	json_string(&j, "new", new);
	json_object_end(&j);
	putchar('\n');
}

/* The group's number stands in each of its lines already */
static bool is_noise(const struct record *r)
{
	return !strcmp(r->object, "group") && !strcmp(r->fact, "id");
}

/* What is different from @w->now, which becomes what is there */
static void look_again(struct watch *w)
{
	struct snapshot old = w->now, *new = &w->now;
	size_t i = 0, k = 0;
	int d;

	take_snapshot(new);
	while (i < old.n || k < new->n) {
		d = i == old.n ? 1 : k == new->n ? -1 :
		    by_key(&old.v[i], &new->v[k]);
		if (d < 0) {
			if (!is_noise(&old.v[i]))
				print_change(w, &old.v[i], old.v[i].value,
					     NULL);
			i++;
		} else if (d > 0) {
			if (!is_noise(&new->v[k]))
				print_change(w, &new->v[k], NULL,
					     new->v[k].value);
			k++;
		} else {
			if (strcmp(old.v[i].value, new->v[k].value))
				print_change(w, &old.v[i], old.v[i].value,
					     new->v[k].value);
			i++;
			k++;
		}
	}
	free_snapshot(&old);
	fflush(stdout);
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void drain(struct udev_monitor *monitor)
{
	struct udev_device *dev;

	while ((dev = udev_monitor_receive_device(monitor)))
		udev_device_unref(dev);
}

/*
 * udevd's events come once its rules have run; where there is no udevd, in an
 * initramfs or a container, those of the kernel have to do.
 */
static struct udev_monitor *open_monitor(struct udev *udev)
{
	const char *source = access("/run/udev/control", F_OK) ? "kernel" :
			     "udev";
	struct udev_monitor *m = udev_monitor_new_from_netlink(udev, source);

	if (m && udev_monitor_enable_receiving(m) < 0) {
		udev_monitor_unref(m);
		m = NULL;
	}
	/* Hotplug of many functions at once: what is lost is seen anyway */
	if (m)
		udev_monitor_set_receive_buffer_size(m, 16 << 20);
	return m;
}

/* Until a signal, or @max lines; @interval in ms, -1 for none */
static int watch_events(struct watch *w, struct udev_monitor *monitor,
			int signals, int interval, unsigned long max)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = monitor ? udev_monitor_get_fd(monitor) : -1,
		  .events = POLLIN },
	};
	long long started, took;
	int n;

	while (!max || w->lines < max) {
		n = poll(fds, 2, interval);
		if (n < 0 && errno != EINTR) {
			warn("poll");
			return STATUS_FAILED;
		}
		if (n < 0)
			continue;
		if (fds[0].revents)
			return STATUS_YES;
		if (fds[1].revents) {
			/* the rest of a burst, unless we are told to stop */
			if (poll(fds, 1, SETTLE_MS) > 0)
				return STATUS_YES;
			drain(monitor);
		}
		started = now_ms();
		look_again(w);
		if (ferror(stdout))
			return STATUS_FAILED;
		took = now_ms() - started;
		if (took && poll(fds, 1, (int)(took * PAUSE_FACTOR)) > 0)
			return STATUS_YES;
	}
	return STATUS_YES;
}

static bool parse_number(const char *s, unsigned long max, unsigned long *v)
{
	char *end;

	*v = strtoul(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && *v && *v <= max;
}

int verb_watch(int argc, char **argv)
{
	enum { OPT_INTERVAL = 256, OPT_LINES };
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'J' },
		{ "interval", required_argument, NULL, OPT_INTERVAL },
		{ "lines", required_argument, NULL, OPT_LINES },
		VERB_OPTIONS
	};
	unsigned long interval = 0, max = 0;
	struct udev_monitor *monitor;
	struct watch w = { 0 };
	struct udev *udev;
	sigset_t mask;
	int c, rc, signals;

	while ((c = getopt_long(argc, argv, VERB_SHORT "J", options,
				NULL)) != -1) {
		switch (c) {
		case 'J':
			w.json = true;
			break;
		case OPT_INTERVAL:
			if (!parse_number(optarg, 86400, &interval))
				return verb_usage("--interval: %s: must be a whole number of seconds",
						  optarg);
			break;
		case OPT_LINES:
			if (!parse_number(optarg, ~0ul, &max))
				return verb_usage("--lines: %s: must be a whole number",
						  optarg);
			break;
		default:
			if (verb_common(c))
				break;
			return verb_option(c, "watch [OPTION]...",
				" -J, --json           one JSON object on each line\n"
				"     --interval SECONDS  look this often, also without an event\n"
				"     --lines N        end after N lines\n");
		}
	}
	if (optind < argc)
		return verb_usage("too many arguments");

	/* Without the module there is an answer now, but it may be loaded */
	rc = open_tree(&w.now.ic, verb_sysroot);
	if (rc)
		return rc;
	iommucaps_close(w.now.ic);

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signals = signalfd(-1, &mask, SFD_CLOEXEC);
	udev = udev_new();
	monitor = udev ? open_monitor(udev) : NULL;
	if (signals < 0 || (!monitor && !interval)) {
		warn("the kernel's events cannot be received; --interval does without");
		rc = STATUS_FAILED;
		goto out;
	}
	/* After the monitor listens: nothing is lost between the two */
	take_snapshot(&w.now);
	rc = watch_events(&w, monitor, signals,
			  interval ? (int)interval * 1000 : -1, max);
	free_snapshot(&w.now);
out:
	if (signals >= 0)
		close(signals);
	udev_monitor_unref(monitor);
	udev_unref(udev);
	return rc;
}
