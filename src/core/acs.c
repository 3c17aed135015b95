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
 */
#include <linux/kobject.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/xarray.h>

#include "compat/compat.h"
#include "core/acs.h"
#include "core/emit.h"
#include "core/lock.h"
#include "core/objects.h"
#include "core/root.h"
#include "iommu_caps.h"

/**
 * struct ic_acs - one PCI function
 * @kobj:	acs/<BDF>
 * @pdev:	the function, referenced
 */
struct ic_acs {
	struct kobject kobj;
	struct pci_dev *pdev;
};

static DEFINE_XARRAY(functions);	/* struct ic_acs by function_index() */

static struct ic_acs *to_acs(struct kobject *kobj)
{
	return container_of(kobj, struct ic_acs, kobj);
}

/* Domain numbers have more than 16 bits: those of Intel's VMD begin there. */
static unsigned long function_index(struct pci_dev *pdev)
{
	return (unsigned long)pci_domain_nr(pdev->bus) << 16 | pci_dev_id(pdev);
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
	/* all ones is what a function returns that does not answer */
	ok = !pci_read_config_word(pdev, where, val) && *val != 0xffff;
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
static ssize_t show_register(struct kobject *kobj, int which, char *page)
{
	struct pci_dev *pdev = to_acs(kobj)->pdev;
	u16 val = 0;

	/* found by the PCI core when it enumerated the function */
	if (pdev->acs_cap &&
	    !read_acs_register(pdev, pdev->acs_cap + which, &val))
		return -ENODATA;
	return emit_controls(val, page);
}

static ssize_t capable_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *page)
{
	return show_register(kobj, PCI_ACS_CAP, page);
}

static ssize_t enabled_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *page)
{
	return show_register(kobj, PCI_ACS_CTRL, page);
}

static struct kobj_attribute capable_attr = __ATTR_RO(capable);
static struct kobj_attribute enabled_attr = __ATTR_RO(enabled);

static struct attribute *acs_attrs[] = {
	&capable_attr.attr,
	&enabled_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(acs);

static void acs_release(struct kobject *kobj)
{
	struct ic_acs *acs = to_acs(kobj);

	pci_dev_put(acs->pdev);
	kfree(acs);
	ic_object_put();
}

static ic_kobj_type acs_ktype = {
	.sysfs_ops = &kobj_sysfs_ops,
	.release = acs_release,
	.default_groups = acs_groups,
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

static void destroy_function(struct ic_acs *acs)
{
	if (acs->kobj.state_in_sysfs)
		kobject_del(&acs->kobj);
	kobject_put(&acs->kobj);
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
	if (xa_load(&functions, function_index(pdev)))
		return 0;
	if (!pdev->acs_cap && !is_port(pdev) && !is_one_of_several(pdev))
		return 0;

	acs = kzalloc(sizeof(*acs), GFP_KERNEL);
	if (!acs)
		return -ENOMEM;
	ic_object_get();
	kobject_init(&acs->kobj, &acs_ktype);
	acs->pdev = pci_dev_get(pdev);
	ret = kobject_add(&acs->kobj, ic_acs_dir, "%s", pci_name(pdev));
	if (!ret)
		ret = sysfs_create_link(&acs->kobj, &dev->kobj,
					IOMMU_CAPS_LINK_DEVICE);
	if (!ret)
		ret = xa_err(xa_store(&functions, function_index(pdev), acs,
				      GFP_KERNEL));
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
	acs = xa_erase(&functions, function_index(to_pci_dev(dev)));
	if (acs)
		destroy_function(acs);
}

/**
 * ic_acs_remove_all() - remove every function; ic_lock is held
 */
void ic_acs_remove_all(void)
{
	unsigned long index;
	struct ic_acs *acs;

	lockdep_assert_held(&ic_lock);
	xa_for_each(&functions, index, acs)
		destroy_function(acs);
	xa_destroy(&functions);
}
