# SPDX-License-Identifier: GPL-2.0-only
#
# The module parameter `registers`: its words, those of when it was a boolean,
# and what is none of them.

p=/sys/module/iommu_caps/parameters/registers

# mode WORD: what the module takes it for, or the error
mode() {
	load registers="$1" 2>/tmp/refused || { echo refused; return; }
	value $p
	unload
}

default=$(load && value $p && unload)
case $(uname -m) in
x86_64)	same "the default reads all units" "$default" all ;;
*)	same "the default reads driven units only" "$default" driven ;;
esac
for word in none driven all; do
	same "registers=$word" "$(mode $word)" $word
done
for word in 0 n N no off; do
	same "registers=$word is none" "$(mode $word)" none
done
for word in 1 y Y yes on; do
	same "registers=$word is the default" "$(mode $word)" "$default"
done
for word in nonsense 2 noone "''"; do
	dmesg -c >/dev/null
	same "registers=$word is refused" "$(mode $word)" refused
	fact "and the log says which words there are" sh -c \
		"dmesg | grep -q 'iommu_caps: registers=.*: must be none, driven or all'"
done
