// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: gives the callers of acpi_get_table() a table that was made
 * up, so that one boot can try many.
 *
 * What is written to /dev/fake-table, in one piece and with a header, is from
 * then on the table of that signature. It lies in memory of just its length:
 * on a kernel with KASAN no byte behind it is read unnoticed. Write only while
 * nobody reads tables.
 */
#include <linux/acpi.h>
#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct acpi_table_header *fake;

struct call {
	struct acpi_table_header **out;
};

static int on_call(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (void *)ri->data;
	const char *sig = (const char *)regs_get_kernel_argument(regs, 0);

	call->out = NULL;
	if (fake && !strncmp(sig, fake->signature, ACPI_NAMESEG_SIZE) &&
	    regs_get_kernel_argument(regs, 1) <= 1)
		call->out = (void *)regs_get_kernel_argument(regs, 2);
	return 0;
}

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct call *call = (void *)ri->data;

	if (call->out) {
		*call->out = fake;
		regs_set_return_value(regs, AE_OK);
	}
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "acpi_get_table",
	.entry_handler = on_call,
	.handler = on_return,
	.data_size = sizeof(struct call),
};

static ssize_t fake_write(struct file *file, const char __user *buf,
			  size_t size, loff_t *pos)
{
	struct acpi_table_header *table;

	if (size < sizeof(*table) || size > 0x100000)
		return -EINVAL;
	table = memdup_user(buf, size);
	if (IS_ERR(table))
		return PTR_ERR(table);
	/* as ACPICA maps it */
	table->length = size;
	kfree(fake);
	fake = table;
	return size;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.write = fake_write,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "fake-table",
	.fops = &fops,
};

static int __init fake_init(void)
{
	int ret = register_kretprobe(&probe);

	if (ret)
		return ret;
	ret = misc_register(&device);
	if (ret)
		unregister_kretprobe(&probe);
	return ret;
}

static void __exit fake_exit(void)
{
	misc_deregister(&device);
	unregister_kretprobe(&probe);
	kfree(fake);
}

module_init(fake_init);
module_exit(fake_exit);

MODULE_DESCRIPTION("Makes up an ACPI table");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
