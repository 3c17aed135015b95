# SPDX-License-Identifier: GPL-2.0-only
#
# A group is released late, as by DEBUG_KOBJECT_RELEASE: its release function is
# code of the module, which may not go before.

insmod /lab/hold.ko
held=/sys/module/hold/parameters/held
same "a group is held" "$(value $held)" Y
unload
same "the module unloads" $? 0
same "when the group has been released" "$(value $held)" N
rmmod hold
mark_again
load
same "and loads again" $? 0
