// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the kernel's own sysfs from inside the kernel.
 *
 * Much of what the IOMMU core knows has no exported function, but does have
 * a documented sysfs attribute. Such an attribute is found by its name and
 * read through the sysfs_ops of its kobject, just as a read() would, without
 * a file being opened. The caller holds whatever keeps the kobject alive.
 */
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "compat/compat.h"
#include "core/sysfs_read.h"

static struct kernfs_node *find(struct kobject *kobj, const char *dir,
				const char *name)
{
	struct kernfs_node *parent, *kn;

	if (!kobj->sd)
		return NULL;
	if (!dir)
		return kernfs_find_and_get(kobj->sd, name);

	parent = kernfs_find_and_get(kobj->sd, dir);
	if (!parent)
		return NULL;
	kn = kernfs_type(parent) == KERNFS_DIR ?
		kernfs_find_and_get(parent, name) : NULL;
	kernfs_put(parent);
	return kn;
}

/**
 * ic_kobj_has() - does a kobject have an entry of that name in sysfs?
 * @kobj: the kobject
 * @name: file, folder or link
 */
bool ic_kobj_has(struct kobject *kobj, const char *name)
{
	struct kernfs_node *kn = find(kobj, NULL, name);

	kernfs_put(kn);
	return kn;
}

/**
 * ic_link_target() - what a link in a device's folder points to
 * @dev: the device; its folder cannot go, since its DEL or its REMOVED event
 *	waits for ic_lock, which is held
 * @link: name of the link
 *
 * The kobject that the target belongs to may be freed at any time, and its
 * node's priv dangle: the node may only be compared with the node of a kobject
 * that the caller has a reference on.
 *
 * Return: the node, to be put with kernfs_put(), or NULL.
 */
struct kernfs_node *ic_link_target(struct device *dev, const char *link)
{
	struct kernfs_node *kn = find(&dev->kobj, NULL, link);
	struct kernfs_node *target = NULL;

	if (kn && kernfs_type(kn) == KERNFS_LINK) {
		target = kn->symlink.target_kn;
		kernfs_get(target);
	}
	kernfs_put(kn);
	return target;
}

/**
 * ic_kobj_child() - the kobject of a folder two levels down
 * @kobj: the kobject, referenced
 * @dir: name of a folder in it
 * @name: name of the folder in @dir; the caller has a reference on something
 *	that keeps its kobject in sysfs
 *
 * Return: the kobject with a reference, or NULL.
 */
struct kobject *ic_kobj_child(struct kobject *kobj, const char *dir,
			      const char *name)
{
	struct kernfs_node *kn = find(kobj, dir, name);
	struct kobject *child = NULL;

	if (kn && kernfs_type(kn) == KERNFS_DIR)
		child = kobject_get(kn->priv);
	kernfs_put(kn);
	return child;
}

/**
 * ic_kobj_attr() - find an attribute of a kobject by name
 * @kobj: the kobject
 * @dir: named attribute group, or NULL
 * @name: name of the file
 *
 * Return: the attribute, valid as long as its owner's code, or NULL.
 */
const struct attribute *ic_kobj_attr(struct kobject *kobj, const char *dir,
				     const char *name)
{
	struct kernfs_node *kn = find(kobj, dir, name);
	const struct attribute *attr = NULL;

	if (kn && kernfs_type(kn) == KERNFS_FILE)
		attr = kn->priv;
	kernfs_put(kn);
	return attr;
}

/**
 * ic_attr_read() - read an attribute
 * @kobj: its kobject, referenced
 * @attr: what ic_kobj_attr() found, or NULL
 * @page: a whole, page-aligned page (sysfs_emit() insists)
 *
 * Return: the length of the text, its final newline cut off, or -errno.
 */
ssize_t ic_attr_read(struct kobject *kobj, const struct attribute *attr,
		     char *page)
{
	const struct sysfs_ops *ops = kobj->ktype ? kobj->ktype->sysfs_ops :
				      NULL;
	ssize_t len;

	if (!attr || !ops || !ops->show)
		return -ENOENT;

	len = ops->show(kobj, (struct attribute *)attr, page);
	if (len < 0)
		return len;
	if (len >= PAGE_SIZE)
		return -EIO;
	if (len && page[len - 1] == '\n')
		len--;
	page[len] = '\0';
	return len;
}

/**
 * ic_device_attr_read() - read an attribute of a device
 * @dev: the device, referenced
 * @dir: named attribute group, or NULL
 * @name: name of the file
 * @page: as for ic_attr_read()
 *
 * Return: as ic_attr_read().
 */
ssize_t ic_device_attr_read(struct device *dev, const char *dir,
			    const char *name, char *page)
{
	return ic_attr_read(&dev->kobj, ic_kobj_attr(&dev->kobj, dir, name),
			    page);
}
