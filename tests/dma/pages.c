// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that are mapped for the device, one at a time and in random order: to be
 * read and written, to be read only, or mapped and unmapped again.
 *
 * Writing a number N to the file "pages" maps N of each kind, and 0 gives them
 * back. Reading it has the device read and write every one of them:
 *   KIND pages=N read=HOW-MANY-IT-READ written=HOW-MANY-IT-WROTE
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "lab_dma.h"

enum kind { READ_WRITE, READ_ONLY, UNMAPPED, KINDS };

static const char *const kind_names[KINDS] = {
	"read-write", "read-only", "unmapped",
};

struct lab_page {
	struct page *page;
	dma_addr_t dma;
	enum kind kind;
};

static struct lab_page *pages;
static unsigned int count;

static enum dma_data_direction direction(enum kind kind)
{
	return kind == READ_WRITE ? DMA_BIDIRECTIONAL : DMA_TO_DEVICE;
}

static dma_addr_t map_page(struct device *dev, struct lab_page *p)
{
	return lab_dma_own ?
	       lab_dma_map_own(p->page, p - pages, p->kind == READ_WRITE) :
	       dma_map_page(dev, p->page, 0, PAGE_SIZE, direction(p->kind));
}

static void unmap_page(struct device *dev, struct lab_page *p)
{
	if (lab_dma_own)
		lab_dma_unmap_own(p->dma);
	else
		dma_unmap_page(dev, p->dma, PAGE_SIZE, direction(p->kind));
}

void lab_dma_release_pages(void *data)
{
	struct device *dev = data;

	for (; count; count--) {
		if (pages[count - 1].kind != UNMAPPED)
			unmap_page(dev, &pages[count - 1]);
		__free_page(pages[count - 1].page);
	}
	kfree(pages);
	pages = NULL;
}

static int map_page_of(struct device *dev, enum kind kind)
{
	struct lab_page *p = &pages[count];

	p->kind = kind;
	p->page = alloc_page(GFP_KERNEL);
	if (!p->page)
		return -ENOMEM;
	p->dma = map_page(dev, p);
	if (dma_mapping_error(dev, p->dma)) {
		__free_page(p->page);
		return -EIO;
	}
	count++;
	return 0;
}

/* What is to be unmapped is so only at the end: no address is used twice. */
static void unmap_some(struct device *dev)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (pages[i].kind == UNMAPPED)
			unmap_page(dev, &pages[i]);
}

static int map_pages_of(struct device *dev, unsigned int each)
{
	unsigned int left[KINDS] = { each, each, each };
	enum kind kind;
	int ret = 0;

	pages = kcalloc(each, KINDS * sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	while (!ret && count < KINDS * each) {
		kind = get_random_u32() % KINDS;
		if (!left[kind])
			continue;
		left[kind]--;
		ret = map_page_of(dev, kind);
	}
	unmap_some(dev);
	if (ret)
		lab_dma_release_pages(dev);
	return ret;
}

static ssize_t pages_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t len)
{
	unsigned int each;
	int ret;

	ret = kstrtouint(buf, 0, &each);
	if (ret)
		return ret;
	lab_dma_release_pages(dev);
	if (each)
		ret = map_pages_of(dev, each);
	return ret ? ret : len;
}

static ssize_t pages_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	unsigned int n[KINDS] = { }, in[KINDS] = { }, out[KINDS] = { };
	struct lab_dma *lab = lab_dma_of(dev);
	struct lab_page *p;
	int ret, kind, len = 0;

	for (p = pages; p < pages + count; p++) {
		n[p->kind]++;
		ret = lab->ops->reads(lab, p->dma, page_address(p->page));
		if (ret < 0)
			return ret;
		in[p->kind] += ret;
		ret = lab->ops->writes(lab, p->dma, page_address(p->page));
		if (ret < 0)
			return ret;
		out[p->kind] += ret;
	}
	for (kind = 0; kind < KINDS; kind++)
		len += sysfs_emit_at(buf, len, "%s pages=%u read=%u written=%u\n",
				     kind_names[kind], n[kind], in[kind],
				     out[kind]);
	return len;
}

DEVICE_ATTR_RW(pages);
