// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VIOT parser.
 */
#include "fuzz.h"
#include "decode/viot.h"

static int node(struct walk *w, u32 offset)
{
	w->calls++;
	MUST(offset < w->size);
	return 0;
}

static int pci_range(void *ctx, const struct viot_pci_range *e)
{
	return node(ctx, e->offset);
}

static int mmio(void *ctx, const struct viot_mmio *e)
{
	return node(ctx, e->offset);
}

static int virtio_pci(void *ctx, const struct viot_virtio_pci *e)
{
	return node(ctx, e->offset);
}

static int virtio_mmio(void *ctx, const struct viot_virtio_mmio *e)
{
	return node(ctx, e->offset);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct viot_visitor v = {
		.pci_range = pci_range, .mmio = mmio,
		.virtio_pci = virtio_pci, .virtio_mmio = virtio_mmio,
	};
	struct ic_parse_error err = { 0, NULL };
	struct walk w = { .size = size };

	check_result(&w, viot_parse(data, size, &v, &w, &err), &err, 16);
	return 0;
}
