#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# What packaging/ holds for fleets, judged by the programs that it is for:
# alert rules (promtool), systemd units (systemd-analyze), the dashboard, the
# Kubernetes files, the fact for Ansible, the plugin of sos.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use JSON::PP;
use Test::More;
use lib dirname(__FILE__) . '/../tools';
use Tools;

my $dir = "$top/packaging";

scenarios('partial', 'passthrough', 'unloaded');

# Every metric that is used is one that is exported.
caps('partial', 'export --prometheus');
my %exported = map { $_ => 1 } $out =~ /^# TYPE (\w+)/mg;
cmp_ok(scalar keys %exported, '>', 10, 'metrics are exported');
for my $file ("$dir/prometheus/iommu-caps.rules.yml",
	      "$dir/grafana/iommu-caps.json") {
	my %used = map { $_ => 1 } slurp($file) =~ /\b(iommu_caps_\w+)/g;
	delete $used{iommu_caps_prom};
	cmp_ok(scalar keys %used, '>', 3, basename($file) . ' uses metrics');
	is(join(' ', grep { !$exported{$_} } sort keys %used), '',
	   '... all of which are exported');
}

SKIP: {
	skip 'no promtool', 3 if !have('promtool');
	my $rules = "$dir/prometheus/iommu-caps.rules.yml";
	my $tests = "$dir/prometheus/iommu-caps.test.yml";
	sh('partial', "promtool check rules $rules");
	is($status, 0, 'promtool reads the rules') or diag($out, $err);
	sh('partial', "promtool test rules $tests");
	is($status, 0, 'each alert fires when it should, and only then')
		or diag($out, $err);
	my @alerts = slurp($rules) =~ /alert: (\w+)/g;
	my $text = slurp($tests);
	is(join(' ', grep { $text !~ /alertname: $_\b/ } @alerts), '',
	   'every alert is tested');
	# the metrics themselves
	sh('partial', 'iommu-caps export --prometheus | promtool check metrics');
	unlike($err, qr/error/i, 'promtool reads the metrics');
}

SKIP: {
	skip 'no systemd-analyze', 1 if !have('systemd-analyze');
	# It wants to see the program that a unit starts.
	my $units = "$tmp/units";
	mkdir $units;
	for (glob "$dir/systemd/*") {
		my $text = slurp($_) =~ s,/usr/bin/iommu-caps,$top/build/iommu-caps,r;
		open(my $f, '>', "$units/" . basename($_)) or die;
		print $f $text;
		close $f;
	}
	sh('partial', "SYSTEMD_UNIT_PATH=$units: systemd-analyze verify --man=no "
	   . join(' ', glob "$units/*"));
	is($status, 0, 'systemd reads the units') or diag($out, $err);
	is(join('', grep { /\Q$units\E/ } split /^/, $err), '',
	   '... and has nothing to say');
}

my $dashboard = eval { decode_json(slurp("$dir/grafana/iommu-caps.json")) };
ok($dashboard, 'the dashboard is JSON');
cmp_ok(scalar @{$dashboard->{panels} // []}, '>=', 10, '... with panels');
is((grep { !@{$_->{targets}} || !$_->{gridPos}{w} } @{$dashboard->{panels}}),
   0, '... each with a query and a place');

SKIP: {
	skip 'no yaml for Python', 2 if system("python3 -c 'import yaml' 2>/dev/null");
	sh('partial', "python3 -c 'import yaml, sys\n"
	   . "for f in sys.argv[1:]:\n"
	   . "  for d in yaml.safe_load_all(open(f)): print(d[\"kind\"])' "
	   . "$dir/kubernetes/daemonset.yaml $dir/kubernetes/nodefeaturerule.yaml");
	is($out, "DaemonSet\nNodeFeatureRule\n", 'the Kubernetes files are YAML')
		or diag($err);
	# The labels that the rule asks for are among those that are exported.
	my %asked = map { $_ => 1 }
		slurp("$dir/kubernetes/nodefeaturerule.yaml") =~ /^\s+(iommu-caps\.[\w-]+):/mg;
	caps('partial', 'export --nfd');
	my %label = map { (split /=/)[0] => 1 } split /\n/, $out;
	is(join(' ', grep { !$label{$_} } sort keys %asked), '',
	   'the labels that the rule asks for are exported');
}

sh('partial', "$dir/ansible/iommu.fact");
my $fact = eval { decode_json($out) };
ok($fact && keys %$fact, 'the fact for Ansible is what lsiommu says');
sh('unloaded', "$dir/ansible/iommu.fact");
is_deeply(eval { decode_json($out) }, {}, '... {} without the module');

SKIP: {
	skip 'no python3', 1 if !have('python3');
	is(system('python3', '-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())',
		  "$dir/sos/iommu_caps.py"), 0, 'the plugin of sos is Python');
}

done_testing();
