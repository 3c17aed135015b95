# SPDX-License-Identifier: GPL-2.0-only
#
# After query: without the module nobody can link to it. One that gets the symbol
# only while it asks is told what the files say, or that nobody is there, while
# the module is unloaded and loaded again and again.

mark_again
unload
fact "without the module, one that links to it cannot be loaded" \
	sh -c '! insmod /lab/query.ko 2>/dev/null'
insmod /lab/asker.ko device=0000:00:04.0
asked() { value "/sys/module/asker/parameters/$1"; }
for n in 1 2 3 4 5 6 7 8 9 10; do
	load
	wait_for 10 test "$(asked answered)" -ge $n
	wait_for 10 unload 2>/dev/null
done
note "$(asked answered) times answered, $(asked refused) times refused"
same "who asks meanwhile is told what the files said" "$(asked answers)" "$wanted"
same "... and never anything else" "$(asked changed)" 0
fact "... or finds nobody to ask" test "$(asked refused)" -gt 10
fact "... in each of its lives" test "$(asked answered)" -ge 10
rmmod asker
load
