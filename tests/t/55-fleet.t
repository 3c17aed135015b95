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

scenarios('partial', 'passthrough', 'unloaded', 'vtd-full', 'no-intremap', 'none');

sub yaml {
	my ($file) = @_;
	return decode_json(scalar qx(python3 -c 'import json, sys, yaml
print(json.dumps(yaml.safe_load(open(sys.argv[1]))))' $file));
}

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
	skip 'no promtool', 5 if !have('promtool');
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
	# What the dashboard asks, as rules, so that promtool parses it
	my @asked = map { $_->{expr} } map { @{$_->{targets}} }
		@{decode_json(slurp("$dir/grafana/iommu-caps.json"))->{panels}};
	open(my $f, '>', "$tmp/dashboard.yml") or die;
	print $f "groups: [{name: g, rules: [",
		join(",\n", map { '{record: r, expr: ' . JSON::PP->new->allow_nonref
			->encode(s/\$instance/.*/gr) . ', labels: {n: "' . $_ . '"}}'
		} map { s/"/'/gr } @asked), "]}]\n";
	close $f;
	sh('partial', "promtool check rules $tmp/dashboard.yml");
	is($status, 0, 'promtool reads what the dashboard asks')
		or diag($out, $err);
	# the metrics themselves
	sh('partial', 'iommu-caps export --prometheus | promtool check metrics');
	unlike($err, qr/error/i, 'promtool reads the metrics');
}

SKIP: {
	skip 'no systemd-analyze', 5 if !have('systemd-analyze');
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
	my $service = "$dir/systemd/iommu-caps-metrics.service";
	sh('partial', "systemd-analyze security --no-pager --offline=yes "
	   . "--threshold=20 $service");
	is($status, 0, 'the metrics are written with an exposure of 2.0 or less')
		or diag($out =~ /(Overall.*)/);

	skip 'no strace', 2 if !have('strace');
	# no boot is needed to see what the service's filter would kill
	my ($filter) = slurp($service) =~ /^SystemCallFilter=(\S+)$/m;
	sh('partial', 'systemd-analyze --no-pager syscall-filter');
	my (%set, $set);
	for (split /\n/, $out) {
		$set = $1 if /^(@\S+)/;
		push @{$set{$set}}, $1 if $set && /^ +(@?[a-z]\S*)/;
	}
	my %allowed;
	my @todo = ('@default', $filter);
	while (defined(my $name = shift @todo)) {
		next if $allowed{$name}++;
		push @todo, @{$set{$name} // []};
	}
	sh('partial', "strace -f -qq -o $tmp/trace iommu-caps export "
	   . "--prometheus --output $tmp/iommu_caps.prom");
	my %called = map { /^\d+ +(\w+)\(/ ? ($1 => 1) : () }
		split /\n/, slurp("$tmp/trace");
	ok($called{rename} || $called{renameat2} || $called{renameat},
	   'the file is replaced as a whole');
	is(join(' ', grep { !$allowed{$_} } sort keys %called), '',
	   'the service may make the system calls that it needs');
}

my $dashboard = eval { decode_json(slurp("$dir/grafana/iommu-caps.json")) };
ok($dashboard, 'the dashboard is JSON');
cmp_ok(scalar @{$dashboard->{panels} // []}, '>=', 10, '... with panels');
is((grep { !@{$_->{targets}} || !$_->{gridPos}{w} } @{$dashboard->{panels}}),
   0, '... each with a query and a place');

SKIP: {
	skip 'no yaml for Python', 14 if system("python3 -c 'import yaml' 2>/dev/null");
	sh('partial', "python3 -c 'import yaml, sys\n"
	   . "for f in sys.argv[1:]:\n"
	   . "  for d in yaml.safe_load_all(open(f)): print(d[\"kind\"])' "
	   . "$dir/kubernetes/daemonset.yaml $dir/kubernetes/nodefeaturerule.yaml");
	is($out, "DaemonSet\nNodeFeatureRule\n", 'the Kubernetes files are YAML')
		or diag($err);
	# What the container does, once: `sleep` ends it
	my $pod = yaml("$dir/kubernetes/daemonset.yaml")->{spec}{template}{spec};
	my ($container) = @{$pod->{containers}};
	my %volume = map { $_->{name} => $_ } @{$pod->{volumes}};
	is(join(' ', grep { !$volume{$_->{name}} } @{$container->{volumeMounts}}),
	   '', 'each mount of the DaemonSet has a volume');
	my ($features) = grep { !$_->{readOnly} } @{$container->{volumeMounts}};
	is("$features->{mountPath} $volume{$features->{name}}{hostPath}{path}",
	   '/features.d /etc/kubernetes/node-feature-discovery/features.d',
	   '... one of which it writes, where the worker reads');
	mkdir "$tmp/features";
	mkdir "$tmp/once";
	open(my $once, '>', "$tmp/once/sleep") or die;
	print $once "#!/bin/sh\nkill \$PPID\n";
	close $once;
	chmod 0755, "$tmp/once/sleep";
	open(my $script, '>', "$tmp/container") or die;
	print $script $container->{args}[0] =~ s,/features\.d,$tmp/features,gr;
	close $script;
	for my $scenario ('partial', 'unloaded') {
		my $want = caps($scenario, 'export --nfd');
		sh($scenario, "PATH=$tmp/once:\$PATH; @{$container->{command}} "
		   . "\"\$(cat $tmp/container)\"");
		is(join(' ', map { basename($_) } glob "$tmp/features/{*,.[!.]*}"),
		   $want ? 'iommu-caps' : '', "$scenario: the DaemonSet's file is "
		   . ($want ? 'there, and no other' : 'not there'));
		is(slurp("$tmp/features/iommu-caps"), $want, '... with the labels');
	}
	# What the rule makes of machines; Node Feature Discovery's operator In
	my $rules = yaml("$dir/kubernetes/nodefeaturerule.yaml")->{spec}{rules};
	for (['vtd-full', 'passthrough-capable'],
	     ['vtd-full', 'dma-protected passthrough-capable', 'bypass-free'],
	     ['passthrough', 'passthrough-capable'],
	     ['no-intremap', ''], ['partial', 'passthrough-capable'],
	     ['none', '']) {
		my ($scenario, $want, $cured) = @$_;
		my %has = map { split /=/, $_, 2 }
			split /\n/, caps($scenario, 'export --nfd');
		$has{"iommu-caps.$cured"} = 'true' if $cured;
		my %got;
		for my $rule (@$rules) {
			my ($match) = @{$rule->{matchFeatures}};
			my $e = $match->{matchExpressions};
			next if grep {
				my $label = $_;
				$e->{$label}{op} ne 'In'
				|| !grep { ($has{$label} // '') eq $_ }
					@{$e->{$label}{value}}
			} keys %$e;
			$got{s,.*/,,r} = 1 for keys %{$rule->{labels}};
		}
		is(join(' ', sort keys %got), $want,
		   "$scenario: labels of the rule" . ($cured ? " if $cured" : ''));
	}
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
