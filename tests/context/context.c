// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only, in a guest with an emulated VT-d unit in legacy mode: while it
 * is loaded, the context entry of one requester says that requests pass through
 * (Translation Type 10b: specification, section 9.3), or names another place as
 * that of the page table.
 *
 * Only memory is changed, and the unit is not told: until something invalidates
 * its caches, the unit may go on with what it has read before.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>

#define RTADDR		0x20
#define POINTER		GENMASK_ULL(51, 12)
#define PRESENT		BIT_ULL(0)
#define TYPE		GENMASK_ULL(3, 2)
#define PASS_THROUGH	(2ULL << 2)
/* and those of a page table: section 9.8 */
#define READ		BIT_ULL(0)
#define WRITE		BIT_ULL(1)

static unsigned long base;
module_param(base, ulong, 0444);
MODULE_PARM_DESC(base, "address of the unit's registers");

static unsigned int rid;
module_param(rid, uint, 0444);
MODULE_PARM_DESC(rid, "bus, device and function");

static unsigned long table;
module_param(table, ulong, 0444);
MODULE_PARM_DESC(table,
		 "address of the page table; 1: where the context table is");

static bool loop;
module_param(loop, bool, 0444);
MODULE_PARM_DESC(loop, "a page table each of whose entries leads to itself");

static bool poisoned;
module_param(poisoned, bool, 0444);
MODULE_PARM_DESC(poisoned, "a page table in memory that is marked as broken");

static u64 *page;
static u64 *entry;
static u64 was;

/* Two words for each of 256 entries */
static u64 *entry_of(u64 table, unsigned int index)
{
	return (u64 *)phys_to_virt(table & POINTER) + 2 * (index & 0xff);
}

static int make_page(void)
{
	unsigned int i;

	page = (u64 *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	table = virt_to_phys(page);
	for (i = 0; loop && i < PAGE_SIZE / sizeof(*page); i++)
		page[i] = table | READ | WRITE;
#ifdef CONFIG_MEMORY_FAILURE
	if (poisoned)
		SetPageHWPoison(virt_to_page(page));
#endif
	return 0;
}

static void unmake_page(void)
{
	if (!page)
		return;
#ifdef CONFIG_MEMORY_FAILURE
	ClearPageHWPoison(virt_to_page(page));
#endif
	free_page((unsigned long)page);
}

static int __init context_init(void)
{
	void __iomem *regs = ioremap(base, PAGE_SIZE);
	u64 *root, rtaddr;

	if (!regs)
		return -ENOMEM;
	rtaddr = readl(regs + RTADDR) | (u64)readl(regs + RTADDR + 4) << 32;
	iounmap(regs);
	root = entry_of(rtaddr, PCI_BUS_NUM(rid));
	if (!(*root & PRESENT))
		return -ENOENT;
	entry = entry_of(*root, rid);
	was = *entry;
	if (!(was & PRESENT))
		return -ENOENT;
	if (table == 1)
		table = *root & POINTER;
	if (loop || poisoned) {
		if (poisoned && !IS_ENABLED(CONFIG_MEMORY_FAILURE))
			return -EOPNOTSUPP;
		if (make_page())
			return -ENOMEM;
	}
	if (table)
		WRITE_ONCE(*entry, (was & ~(TYPE | POINTER)) | table);
	else
		WRITE_ONCE(*entry, (was & ~TYPE) | PASS_THROUGH);
	return 0;
}

static void __exit context_exit(void)
{
	WRITE_ONCE(*entry, was);
	unmake_page();
}

module_init(context_init);
module_exit(context_exit);

MODULE_DESCRIPTION("Tests: a context entry that is not the driver's");
MODULE_LICENSE("GPL");
