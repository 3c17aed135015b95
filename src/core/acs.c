// SPDX-License-Identifier: GPL-2.0-only
/*
 * acs/<BDF>/: access control services, which decide the way that requests
 * between PCI functions take (PCI Express Base Specification 6.0, 6.12).
 *
 * There is a folder for each function with an ACS capability, and for each
 * port and each function of a multi-function device that lacks one: those
 * redirect nothing. The registers are in extended configuration space, which
 * user space may read only as root.
 *
 * Both are read from the function each time. A function without power is not
 * woken up: its values cannot be had then (ENODATA).
 *
 * A machine may have thousands of functions, so a folder is an attribute group
 * of the folder acs, not a kobject; its attributes are the function's own.
 */
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "compat/compat.h"
#include "core/acs.h"
#include "core/emit.h"
#include "core/lock.h"
#include "core/objects.h"
#include "core/root.h"
#include "core/sysfs_read.h"
#include "decode/acs_regs.h"
#include "iommu_caps.h"

#define CAPABLE		"capable"
#define ENABLED		"enabled"

/**
 * struct ic_acs - one PCI function
 * @node:	in @functions
 * @pdev:	the function, referenced
 * @capable:	acs/<BDF>/capable, by which the function is found again
 * @enabled:	acs/<BDF>/enabled
 */
struct ic_acs {
	struct list_head node;
	struct pci_dev *pdev;
	struct attribute capable;
	struct attribute enabled;
};

static LIST_HEAD(functions);	/* struct ic_acs.node; ic_lock */
static struct kobject *acs_dir;

static DEFINE_MUTEX(config_lock);

/*
 * During a reset or a self-test nobody may touch the configuration space of a
 * function. That may take seconds, so it is not waited for; two readers are not
 * to find each other's lock instead.
 */
static bool read_config(struct pci_dev *pdev, int where, u16 *val)
{
	bool ok;

	mutex_lock(&config_lock);
	ok = pci_cfg_access_trylock(pdev);
	if (ok) {
		ok = !pci_read_config_word(pdev, where, val);
		pci_cfg_access_unlock(pdev);
	}
	mutex_unlock(&config_lock);
	/* all ones is what a function returns that does not answer */
	return ok && *val != 0xffff;
}

/*
 * Configuration space of a function answers in D3hot, too, but not when the
 * link to it is down: hold the bridge above it for the moment of the read, if
 * that is possible without waking it up.
 */
static bool read_acs_register(struct pci_dev *pdev, int where, u16 *val)
{
	struct pci_dev *bridge = pci_upstream_bridge(pdev);
	bool ok;

	if (pdev->current_state == PCI_D3cold)
		return false;
	if (bridge && !ic_pm_get_if_active(&bridge->dev))
		return false;
	ok = read_config(pdev, where, val);
	if (bridge)
		ic_pm_put(&bridge->dev);
	return ok;
}

/* ACS Capability and ACS Control Register: 7.7.11.2 and 7.7.11.3 */
static ssize_t emit_controls(u16 controls, char *page)
{
	static const char *const tokens[] = {
		IOMMU_CAPS_ACS_SOURCE_VALIDATION,
		IOMMU_CAPS_ACS_TRANSLATION_BLOCKING,
		IOMMU_CAPS_ACS_REQUEST_REDIRECT,
		IOMMU_CAPS_ACS_COMPLETION_REDIRECT,
		IOMMU_CAPS_ACS_UPSTREAM_FORWARDING,
		IOMMU_CAPS_ACS_EGRESS_CONTROL,
		IOMMU_CAPS_ACS_DIRECT_TRANSLATED,
	};

	return ic_emit_tokens(controls, tokens, ARRAY_SIZE(tokens), page);
}

/* A function without the capability controls nothing. */
static ssize_t show_register(struct pci_dev *pdev, int which, char *page)
{
	u16 val = 0;

	/* found by the PCI core when it enumerated the function */
	if (pdev->acs_cap &&
	    !read_acs_register(pdev, pdev->acs_cap + which, &val))
		return -ENODATA;
	return emit_controls(val, page);
}

static ssize_t show_attribute(struct kobject *kobj, struct attribute *attr,
			      char *page)
{
	struct ic_acs *acs;

	if (!strcmp(attr->name, CAPABLE)) {
		acs = container_of(attr, struct ic_acs, capable);
		return show_register(acs->pdev, PCI_ACS_CAP, page);
	}
	acs = container_of(attr, struct ic_acs, enabled);
	return show_register(acs->pdev,
			     acs_control_register(acs->pdev->vendor,
						  acs->pdev->device), page);
}

static const struct sysfs_ops acs_sysfs_ops = {
	.show = show_attribute,
};

static void acs_dir_release(struct kobject *kobj)
{
	kfree(kobj);
	ic_object_put();
}

static ic_kobj_type acs_dir_ktype = {
	.sysfs_ops = &acs_sysfs_ops,
	.release = acs_dir_release,
};

static bool is_port(struct pci_dev *pdev)
{
	int type;

	if (!pci_is_pcie(pdev))
		return false;
	type = pci_pcie_type(pdev);
	return type == PCI_EXP_TYPE_ROOT_PORT ||
	       type == PCI_EXP_TYPE_UPSTREAM ||
	       type == PCI_EXP_TYPE_DOWNSTREAM;
}

/*
 * The PCI core marks functions beyond the first only after it has announced
 * them. Not virtual functions: they are found in another way.
 */
static bool is_one_of_several(struct pci_dev *pdev)
{
	if (pdev->multifunction)
		return true;
	return !pdev->is_virtfn && (pci_ari_enabled(pdev->bus) ?
				    pdev->devfn : PCI_FUNC(pdev->devfn));
}

static struct ic_acs *find_function(struct pci_dev *pdev)
{
	const struct attribute *attr = ic_kobj_attr(acs_dir, pci_name(pdev),
						    CAPABLE);

	return attr ? container_of(attr, struct ic_acs, capable) : NULL;
}

/* Readers that are in show_attribute() have left it when this returns. */
static void destroy_function(struct ic_acs *acs)
{
	/* the folder goes with all that is in it */
	const struct attribute_group group = { .name = pci_name(acs->pdev) };

	sysfs_remove_group(acs_dir, &group);
	list_del(&acs->node);
	pci_dev_put(acs->pdev);
	kfree(acs);
}

static struct ic_acs *create_function(struct pci_dev *pdev)
{
	struct ic_acs *acs = kzalloc(sizeof(*acs), GFP_KERNEL);
	struct attribute *attrs[3] = { };
	const struct attribute_group group = {
		.name = pci_name(pdev),
		.attrs = attrs,
	};
	int ret;

	if (!acs)
		return ERR_PTR(-ENOMEM);
	sysfs_attr_init(&acs->capable);
	sysfs_attr_init(&acs->enabled);
	acs->capable.name = CAPABLE;
	acs->capable.mode = 0444;
	acs->enabled.name = ENABLED;
	acs->enabled.mode = 0444;
	attrs[0] = &acs->capable;
	attrs[1] = &acs->enabled;
	acs->pdev = pci_dev_get(pdev);
	ret = sysfs_create_group(acs_dir, &group);
	if (ret) {
		pci_dev_put(pdev);
		kfree(acs);
		return ERR_PTR(ret);
	}
	list_add_tail(&acs->node, &functions);
	return acs;
}

/**
 * ic_acs_sync_device() - publish the ACS of a device, if it is a function that
 * has a say in peer-to-peer requests
 * @dev: the device; ic_lock is held
 *
 * Return: 0 or -errno.
 */
int ic_acs_sync_device(struct device *dev)
{
	struct pci_dev *pdev;
	struct ic_acs *acs;
	int ret;

	lockdep_assert_held(&ic_lock);
	if (!dev_is_pci(dev))
		return 0;
	pdev = to_pci_dev(dev);
	if (!pdev->acs_cap && !is_port(pdev) && !is_one_of_several(pdev))
		return 0;
	if (find_function(pdev))
		return 0;

	acs = create_function(pdev);
	if (IS_ERR(acs))
		return PTR_ERR(acs);
	ret = sysfs_add_link_to_group(acs_dir, pci_name(pdev), &dev->kobj,
				      IOMMU_CAPS_LINK_DEVICE);
	if (ret)
		destroy_function(acs);
	return ret;
}

/**
 * ic_acs_remove_device() - a device is about to be removed
 * @dev: the device; ic_lock is held
 */
void ic_acs_remove_device(struct device *dev)
{
	struct ic_acs *acs;

	lockdep_assert_held(&ic_lock);
	if (!dev_is_pci(dev))
		return;
	acs = find_function(to_pci_dev(dev));
	if (acs)
		destroy_function(acs);
}

/**
 * ic_acs_remove_all() - remove every function; ic_lock is held
 */
void ic_acs_remove_all(void)
{
	struct ic_acs *acs, *next;

	lockdep_assert_held(&ic_lock);
	list_for_each_entry_safe(acs, next, &functions, node)
		destroy_function(acs);
}

/**
 * ic_acs_init() - make the folder
 *
 * Return: 0 or -errno.
 */
int ic_acs_init(void)
{
	int ret;

	acs_dir = kzalloc(sizeof(*acs_dir), GFP_KERNEL);
	if (!acs_dir)
		return -ENOMEM;
	ic_object_get();
	ret = kobject_init_and_add(acs_dir, &acs_dir_ktype, ic_root,
				   IOMMU_CAPS_DIR_ACS);
	if (ret)
		kobject_put(acs_dir);
	return ret;
}

/**
 * ic_acs_exit() - remove the folder, which has no functions left
 */
void ic_acs_exit(void)
{
	kobject_del(acs_dir);
	kobject_put(acs_dir);
}
