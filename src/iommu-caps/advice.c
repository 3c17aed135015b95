// SPDX-License-Identifier: GPL-2.0-only
/*
 * What to change, given what this machine shows
 *
 * Advice that the machine shows to be followed already is not given: the
 * kernel's command line, the firmware's tables and the facts about the units
 * are looked at first. Where all of that is as it should be, the kernel's own
 * reason is in its log.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "firmware_hole.h"

/* The RAM of which the module counts what devices reach: whole 4K pages */
static unsigned long long read_memory(const char *root)
{
	unsigned long long start, end, sum = 0;
	char path[4096], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/iomem", root);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		/* for anybody but root, all addresses are 0 */
		if (!strstr(line, " : System RAM") ||
		    sscanf(line, "%llx-%llx", &start, &end) != 2 || !end)
			continue;
		start = (start + 4095) >> 12;
		end = (end + 1) >> 12;
		sum += end > start ? (end - start) << 12 : 0;
	}
	fclose(f);
	return sum;
}

/**
 * machine_line() - the first line of a file of the machine
 * @m: the machine, whose root is known
 * @file: its path below the root
 * @buf: where the line is put
 * @size: bytes there
 *
 * Return: the line without its end, or NULL: there is none, or it is empty.
 */
const char *machine_line(const struct machine *m, const char *file, char *buf,
			 size_t size)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", m->root, file);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	if (!fgets(buf, (int)size, f))
		*buf = '\0';
	fclose(f);
	buf[strcspn(buf, "\n")] = '\0';
	return *buf ? buf : NULL;
}

/* The command line is of the machine whose sysfs is read: proc is beside it */
void machine_init(struct machine *m, struct iommucaps *ic)
{
	const char *sysfs = iommucaps_sysfs(ic), *slash = strrchr(sysfs, '/');
	const char *cmdline;
	char line[8192];

	m->ic = ic;
	m->root = xstrdup(sysfs);
	m->root[slash ? slash - sysfs : 0] = '\0';
	cmdline = machine_line(m, "proc/cmdline", line, sizeof(line));
	m->cmdline = xstrdup(cmdline ? cmdline : "");
	m->memory = read_memory(m->root);
}

void machine_free(struct machine *m)
{
	free(m->root);
	free(m->cmdline);
}

/* Is NAME, or NAME=...,VALUE,... among the kernel's parameters? */
static bool told(const struct machine *m, const char *name, const char *value)
{
	size_t len, n = strlen(name), vlen, word;
	const char *line = m->cmdline, *p, *v;

	while ((p = iommucaps_next_token(&line, &len))) {
		if (len < n || strncmp(p, name, n))
			continue;
		if (len == n)
			return !value;
		if (p[n] != '=' || !value)
			continue;
		vlen = strlen(value);
		for (v = p + n + 1; v < p + len; v += word + 1) {
			word = strcspn(v, ", \t\n");
			if (word == vlen && !strncmp(v, value, vlen))
				return true;
		}
	}
	return false;
}

bool machine_is_virtual(const struct machine *m)
{
	const char *platform = iommucaps_fact(m->ic, "platform");

	return is(platform, IOMMU_CAPS_PLATFORM_GUEST) ||
	       is(platform, IOMMU_CAPS_PLATFORM_XEN_GUEST);
}

static bool has_unit_with(const struct machine *m, const char *fact,
			  const char *value)
{
	struct iommucaps_unit *const *u;

	for (u = iommucaps_units(m->ic); u && *u; u++)
		if (is(iommucaps_unit_fact(*u, fact), value))
			return true;
	return false;
}

bool machine_has_unit(const struct machine *m, const char *type)
{
	return has_unit_with(m, "type", type);
}

bool machine_has_program(const struct machine *m, const char *name)
{
	static const char *const dirs[] = {
		"usr/sbin", "usr/bin", "sbin", "bin", "usr/local/sbin",
		"usr/local/bin",
	};
	char path[4096];
	size_t i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", m->root, dirs[i],
			 name);
		if (!access(path, X_OK))
			return true;
	}
	return false;
}

/* Does a file of sysfs, such as a module's parameter, say yes? */
bool machine_flag(const struct machine *m, const char *file)
{
	char path[4096];
	int c = EOF;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", iommucaps_sysfs(m->ic), file);
	f = fopen(path, "re");
	if (f) {
		c = fgetc(f);
		fclose(f);
	}
	return c == 'Y' || c == '1';
}

static bool has_firmware(const struct machine *m, const char *token)
{
	return iommucaps_has_token(iommucaps_fact(m->ic, "firmware"), token);
}

/* A parameter that is there and should not be */
static bool remove_parameter(const struct machine *m, struct report *r,
			     const char *name, const char *value)
{
	if (!told(m, name, value))
		return false;
	report_change(r, "remove %s%s%s from the kernel command line and boot again",
		      name, value ? "=" : "", value ? value : "");
	return true;
}

/**
 * advise_switch_on() - units are described, but do not translate
 * @m: the machine
 * @r: where to
 */
void advise_switch_on(const struct machine *m, struct report *r)
{
	bool off = remove_parameter(m, r, "iommu", "off");

	if (has_firmware(m, IOMMU_CAPS_FW_DMAR)) {
		off |= remove_parameter(m, r, "intel_iommu", "off");
		if (!off && !told(m, "intel_iommu", "on"))
			report_change(r, "add intel_iommu=on to the kernel command line and boot again");
		else if (!off)
			report_change(r, "the kernel was told intel_iommu=on; its log says why it does without: dmesg | grep -i -e DMAR -e IOMMU");
	}
	if (has_firmware(m, IOMMU_CAPS_FW_IVRS)) {
		off |= remove_parameter(m, r, "amd_iommu", "off");
		if (!off)
			report_change(r, "the kernel's log says why it does without: dmesg | grep -i AMD-Vi");
	}
	if (has_firmware(m, IOMMU_CAPS_FW_VIOT))
		report_change(r, "load the driver in the initramfs: modprobe virtio_iommu");
	if (has_firmware(m, IOMMU_CAPS_FW_IORT))
		report_change(r, "use a kernel with the driver arm-smmu-v3 or arm-smmu; the boot log says why it did not bind");
	if (has_firmware(m, IOMMU_CAPS_FW_RIMT))
		report_change(r, "use a kernel with the driver riscv-iommu; the boot log says why it did not bind");
	if (has_firmware(m, IOMMU_CAPS_FW_DEVICE_TREE))
		report_change(r, "use a kernel with a driver for the IOMMU in the device tree, with that node's status \"okay\"");
}

/**
 * advise_get_one() - no unit is described
 * @m: the machine
 * @r: where to
 */
void advise_get_one(const struct machine *m, struct report *r)
{
	if (machine_is_virtual(m))
		report_change(r, "give the virtual machine an IOMMU (QEMU: -device intel-iommu, amd-iommu or virtio-iommu-pci, or -machine virt,iommu=smmuv3)");
	else
		report_change(r, "switch the IOMMU on in the firmware setup (Intel: \"VT-d\"; AMD: \"IOMMU\"; Arm: \"SMMU\"), if the machine has one");
}

/**
 * explain_hole() - say why firmware puts no IOMMU in front of a device
 * @m: the machine
 * @r: where to
 * @d: the device, which is in no group
 *
 * Return: whether it is known; advise_hole() then says what to change.
 */
bool explain_hole(const struct machine *m, struct report *r,
		  struct iommucaps_device *d)
{
	const char *s = iommucaps_fact(m->ic, "state");
	char *why;

	/* Where nothing is driven, that is the reason */
	if (is(s, IOMMU_CAPS_STATE_NONE) || is(s, IOMMU_CAPS_STATE_DISABLED) ||
	    is(s, IOMMU_CAPS_STATE_HYPERVISOR) || !iommucaps_device_path(d))
		return false;
	why = firmware_hole(iommucaps_sysfs(m->ic), iommucaps_device_path(d));
	if (why)
		report_say(r, "%s", why);
	free(why);
	return why;
}

void advise_hole(struct report *r)
{
	report_change(r, "correct the device tree, or update the firmware that brings it; for what else is wrong there: iommu-caps lint");
}

/**
 * explain_no_group() - why a device is in no group, and what to change
 * @m: the machine
 * @r: where to
 * @bound: a driver is bound to it
 */
void explain_no_group(const struct machine *m, struct report *r, bool bound)
{
	const char *s = iommucaps_fact(m->ic, "state");

	if (is(s, IOMMU_CAPS_STATE_NONE)) {
		report_say(r, "%s", state_sentence(m->ic));
		advise_get_one(m, r);
	} else if (is(s, IOMMU_CAPS_STATE_DISABLED)) {
		report_say(r, "%s", state_sentence(m->ic));
		advise_switch_on(m, r);
	} else if (is(s, IOMMU_CAPS_STATE_HYPERVISOR)) {
		report_say(r, "%s", state_sentence(m->ic));
		if (iommucaps_has_token(iommucaps_fact(m->ic, "dma_path"),
					IOMMU_CAPS_DMA_SWIOTLB_XEN))
			report_say(r, "DMA of this kernel goes through Xen's bounce buffers (swiotlb-xen).");
		report_change(r, "ask Xen: xl dmesg | grep -i iommu");
	} else if (!bound && machine_has_unit(m, IOMMU_CAPS_TYPE_VIRTIO)) {
		report_say(r, "No driver is bound to it. Kernels up to 6.12 put a function behind a virtio-iommu into its group only when a driver binds, and the unit lets its DMA through until then; or it is on a bus that is not behind the unit.");
		report_change(r, "bind a driver and ask again; or switch the unit's bypass off (QEMU: -device virtio-iommu-pci,boot-bypass=off)");
		report_change(r, "or attach it to a bus behind the virtual IOMMU (QEMU: without default-bus-bypass-iommu=on or bypass_iommu=on)");
	} else if (machine_is_virtual(m)) {
		report_say(r, "There is an IOMMU in this machine, but not in front of it.");
		report_change(r, "attach it to a bus behind the virtual IOMMU (QEMU: without default-bus-bypass-iommu=on or bypass_iommu=on)");
	} else {
		report_say(r, "There is an IOMMU in this machine, but firmware puts none in front of it.");
		report_change(r, "use a slot on another bus, or update the firmware");
	}
}

/**
 * advise_identity() - a group has an identity domain
 * @m: the machine
 * @r: where to
 * @group: its number, or NULL for several
 */
void advise_identity(const struct machine *m, struct report *r,
		     const char *group)
{
	bool asked = remove_parameter(m, r, "iommu", "pt");

	asked |= remove_parameter(m, r, "iommu.passthrough", "1");
	if (!asked && !told(m, "iommu.passthrough", "0"))
		report_change(r, "nothing on the kernel command line asks for passthrough: it is this kernel's default, or what the device needs; add iommu.passthrough=0 and boot again");
	report_change(r, "or, with no driver bound to the group: echo DMA > /sys/kernel/iommu_groups/%s/type",
		      group ? group : "GROUP");
}

void advise_direct(struct report *r)
{
	report_change(r, "only firmware can drop them: update it, or switch off in its setup what uses the device (legacy USB, remote management)");
}

void advise_relaxable(struct report *r)
{
	report_change(r, "only firmware can drop them: switch off legacy USB support in its setup, or update it");
}

void advise_ats(const struct machine *m, struct report *r)
{
	if (!told(m, "pci", "noats"))
		report_change(r, "if the device is not to be trusted, add pci=noats to the kernel command line and boot again");
}

void advise_dma_ops(const struct machine *m, struct report *r)
{
	if (!told(m, "iommu", "nobypass") && !told(m, "disable_ddw", NULL))
		report_change(r, "add iommu=nobypass (bare metal) or disable_ddw (logical partition) to the kernel command line and boot again");
}

void advise_hw_pass_through(struct report *r)
{
	report_change(r, "report it to the kernel's IOMMU developers, with the boot log: the tables in memory do not say what the kernel does");
}

static void advise_intremap_on(const struct machine *m, struct report *r)
{
	bool off = remove_parameter(m, r, "intremap", "off");

	off |= remove_parameter(m, r, "nointremap", NULL);
	if (off)
		return;
	if (!machine_has_unit(m, IOMMU_CAPS_TYPE_INTEL_VTD)) {
		report_change(r, "the boot log says why the kernel does without: dmesg | grep -i -e AMD-Vi -e IOAPIC");
		return;
	}
	if (!machine_is_virtual(m) && !told(m, "intremap", "no_x2apic_optout"))
		report_change(r, "in the firmware setup, switch \"Interrupt remapping\" on and \"x2APIC opt-out\" off; or add intremap=no_x2apic_optout to the kernel command line");
	report_change(r, "the boot log says why the kernel does without: dmesg | grep -i -e DMAR -e remapping");
}

/**
 * advise_interrupts() - interrupts are not isolated: whose fault is it?
 * @m: the machine
 * @r: where to
 */
void advise_interrupts(const struct machine *m, struct report *r)
{
	if (machine_has_unit(m, IOMMU_CAPS_TYPE_VIRTIO)) {
		report_say(r, "virtio-iommu does not remap interrupts on this machine.");
		report_change(r, "give the virtual machine an intel-iommu with intremap=on instead");
	} else if (machine_has_unit(m, IOMMU_CAPS_TYPE_ARM_SMMU) ||
		   machine_has_unit(m, IOMMU_CAPS_TYPE_ARM_SMMU_V3)) {
		report_say(r, "An SMMU does not isolate interrupts; an interrupt controller with an ITS does, and none serves this device.");
		if (machine_is_virtual(m))
			report_change(r, "give the virtual machine an ITS (QEMU: -machine virt,gic-version=3,its=on)");
	} else if (!machine_has_unit(m, IOMMU_CAPS_TYPE_INTEL_VTD) &&
		   !machine_has_unit(m, IOMMU_CAPS_TYPE_AMD_VI)) {
		return;
	} else if (has_unit_with(m, "intr_remap_capable", "0") &&
		   !has_unit_with(m, "intr_remap_capable", "1")) {
		if (machine_is_virtual(m))
			report_change(r, "switch interrupt remapping on in the virtual IOMMU (QEMU: intremap=on, with -machine kernel-irqchip=split)");
		else
			report_say(r, "The unit in front of it cannot remap interrupts.");
	} else {
		advise_intremap_on(m, r);
	}
}

/**
 * advise_acs_off() - a port or function has ACS controls switched off
 * @m: the machine
 * @r: where to
 */
void advise_acs_off(const struct machine *m, struct report *r)
{
	const char *line = m->cmdline, *p;
	size_t len;

	while ((p = iommucaps_next_token(&line, &len)))
		if (len > 4 && !strncmp(p, "pci=", 4) &&
		    memmem(p, len, "disable_acs_redir", 17)) {
			report_change(r, "remove %.*s from the kernel command line and boot again",
				      (int)len, p);
			return;
		}
	report_change(r, "switch the controls on with pci=config_acs (Linux 6.11 and later)");
}
