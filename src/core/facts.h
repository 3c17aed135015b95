/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is true of a group now. For all calls ic_model_sem is held for reading,
 * or ic_lock.
 */
#ifndef IC_FACTS_H
#define IC_FACTS_H

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/sysfs.h>
#include <linux/types.h>

#include "decode/decode.h"

struct device;
struct ic_group;
struct ic_unit_states;

enum ic_owner { IC_OWNER_UNKNOWN, IC_OWNER_KERNEL, IC_OWNER_USER };
#define IC_BYPASS_IDENTITY		BIT(0)
#define IC_BYPASS_INACTIVE		BIT(1)
#define IC_BYPASS_DIRECT		BIT(2)
#define IC_BYPASS_DIRECT_RELAXABLE	BIT(3)
#define IC_BYPASS_ATS			BIT(4)
#define IC_BYPASS_DMA_OPS		BIT(5)
#define IC_BYPASS_HW			BIT(6)
ssize_t ic_fact_domain_type(struct ic_group *group, char *page);
int ic_fact_dma_remap(struct ic_group *group, u32 path,
		      const struct ic_unit_states *states, char *page,
		      enum ic_tristate *remap);
enum ic_tristate ic_fact_intr_remap(struct ic_group *group);
int ic_fact_bypass(struct ic_group *group, u32 path, char *page, u32 *tokens);
int ic_direct_regions(struct ic_group *group, u32 *tokens);
enum ic_tristate ic_fact_coherent(struct ic_group *group);
enum ic_tristate ic_fact_external(struct ic_group *group);
enum ic_tristate ic_fact_preboot(struct ic_group *group);
enum ic_tristate ic_fact_caching_mode(struct ic_group *group);
enum ic_tristate ic_fact_viommu(struct ic_group *group);
enum ic_tristate ic_msis_isolated(struct ic_group *group, bool *domains);
enum ic_owner ic_fact_owner(struct ic_group *group);
enum ic_tristate ic_ask(struct ic_group *group, struct device *dev,
			enum ic_tristate (*fact)(struct device *dev));
enum ic_tristate
ic_every_device(struct ic_group *group, enum ic_tristate (*fact)(struct device *dev));
bool ic_bound_to_vfio(struct device *dev);

#endif /* IC_FACTS_H */
