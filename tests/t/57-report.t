#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# iommu-caps report on made-up machines: that the page is sound and complete,
# that it says of each group what the tree says, and that no name breaks it.
use strict;
use warnings;
use File::Basename 'dirname';
use JSON::PP;
use Test::More;
use lib dirname(__FILE__) . '/../tools';
use Tools;

my @machines = grep { $_ ne 'unloaded' } @scenarios;
scenarios(@scenarios);
variant('unknown', 'partial', group(2, dma_remap => undef, bypass => undef));
push @machines, 'unknown';

sub report {
	my ($scenario, $form) = @_;
	return sh($scenario, "iommu-caps report --$form --pci-ids $ids");
}

# What keeps a document from being well-formed XML, or nothing
sub malformed {
	my ($text) = @_;
	my (@open, $roots);

	return 'not UTF-8' if !utf8::decode(my $copy = $text);
	return 'a control character' if $text =~ /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
	$text =~ s/\A<!DOCTYPE html>\n//;
	while ($text =~ /\G(?:<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+="[^<"]*")*)\s*(\/?)>|([^<]+)|(.))/gs) {
		my ($end, $tag, $attributes, $empty, $data, $bad) =
			($1, $2, $3, $4, $5, $6);
		return "at " . substr($text, pos($text) - 1, 40) if defined $bad;
		my $said = $attributes // $data;
		return "an ampersand in $said"
			if $said =~ /&(?!(?:amp|lt|gt|quot|#\d+);)/;
		if (defined $data) {
			return "text outside: $data" if !@open && $data =~ /\S/;
			next;
		}
		my %seen;
		$seen{$_}++ && return "twice $_" for $attributes =~ /([\w:-]+)=/g;
		if ($end) {
			my $top = pop @open // 'nothing';
			return "</$tag> closes $top" if $top ne $tag;
		} elsif (!$empty) {
			$roots++ if !@open;
			push @open, $tag;
		}
	}
	return @open ? "open: @open" : $roots == 1 ? '' : "$roots roots";
}

sub plain {
	my ($text) = @_;
	my %entity = (amp => '&', lt => '<', gt => '>', quot => '"');

	$text =~ s/<[^>]*>//g;
	return $text =~ s/&(?:#(\d+)|(\w+));/$1 ? chr($1) : $entity{$2}/ger;
}

# group => [word, devices...], from the files themselves
sub groups_of {
	my ($scenario) = @_;
	my %groups;

	for my $dir (glob("$tmp/$scenario/sys/kernel/iommu_caps/groups/*")) {
		my ($remap, $bypass, $domain) = map { slurp("$dir/$_") =~ s/\n//r }
			qw(dma_remap bypass domain_type);
		my $word = $remap eq '0' && !($domain eq 'blocked' &&
					      $bypass eq 'none') ? 'not translated' :
			   $remap !~ /^[01]$/ || $bypass eq '' ? 'not known' :
			   $bypass eq 'none' ? 'translated' : 'partly translated';
		$groups{$dir =~ s{.*/}{}r} = [ $word,
			map { s{.*/}{}r } glob("$dir/devices/*") ];
	}
	return \%groups;
}

sub unprotected_of {
	return map { s{.*/}{}r }
		glob("$tmp/$_[0]/sys/kernel/iommu_caps/unprotected/*");
}

subtest 'the page' => sub {
	my %met;
	for my $s (@machines) {
		my $html = report($s, 'html');
		is("$status$err", '0', "$s: succeeds");
		is(malformed($html), '', "$s: is well-formed");
		unlike($html, qr/<script|\ssrc=|\son\w+=|url\(|\@import|<link|href="[^#]/,
		       "$s: needs nothing else");
		my $groups = groups_of($s);
		my %rows = $html =~ m{<tr id="group-(\d+)">.*?</th>\s*<td class="\w+">([^<]*)</td>}gs;
		is_deeply(\%rows, { map { $_ => $groups->{$_}[0] } keys %$groups },
			  "$s: a row for each group, with the right word");
		my %rest = map { $_ => 1 } (map { @$_[1 .. $#$_] } values %$groups),
			unprotected_of($s);
		my ($tables) = $html =~ m{</svg>(.*)}s;
		delete $rest{$_} for $tables =~ /([\w.:@]+)/g;
		is_deeply([ keys %rest ], [], "$s: every device is in a table");
		my %ids = map { $_ => 1 } $html =~ /\sid="([^"]*)"/g;
		is_deeply([ grep { !$ids{$_} } $html =~ /href="#([^"]*)"/g ], [],
			  "$s: no link leads nowhere");
		$met{$_->[0]}++ for values %$groups;

		sh($s, 'iommu-caps audit --json');
		my $audit = decode_json($out);
		is_deeply([ $html =~ m{<code class="dim">([^<]*)</code></h3>}g ],
			  [ map { $_->{id} } @{$audit->{findings}} ],
			  "$s: the findings of audit");
		my $text = plain($html);
		my @lost = grep { index($text, $_) < 0 } $audit->{sentence},
			map { $_->{text}, @{$_->{reasons}}, @{$_->{changes}},
			      @{$_->{devices}} } @{$audit->{findings}};
		is_deeply(\@lost, [], "$s: ... their reasons and what to change");
	}
	is(join(',', sort keys %met),
	   'not known,not translated,partly translated,translated',
	   'each word was met');
	for my $scheme (qw(prefers-color-scheme:.dark color-scheme:.light.dark)) {
		like(report('empty', 'html'), qr/$scheme/, "has $scheme");
	}
};

subtest 'the drawing' => sub {
	for my $s (@machines) {
		my $svg = report($s, 'svg');
		is("$status$err", '0', "$s: succeeds");
		is(malformed($svg), '', "$s: is well-formed");
		my ($groups, %said) = groups_of($s);
		%said = $svg =~ m{>group (\d+): ([a-z ]+)}g;
		is_deeply(\%said, { map { $_ => $groups->{$_}[0] } keys %$groups },
			  "$s: each group has its word");
		my $lost = grep { $svg !~ /\Q$_\E/ } unprotected_of($s),
			map { @$_[1 .. $#$_] } values %$groups;
		is($lost, 0, "$s: every device is drawn");
		my ($w, $h) = $svg =~ /viewBox="0 0 (\d+) (\d+)"/;
		my @out = grep { my ($x, $y, $bw, $bh) = @$_;
				 $x < 0 || $y < 0 || $x + $bw > $w || $y + $bh > $h }
			map { [ /x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/ ] }
			$svg =~ /<rect (x=[^>]*)>/g;
		is(scalar @out, 0, "$s: nothing is outside");
		unlike($svg, qr/(?:x|y|d|height)="[^"]*-\d/, "$s: nor negative");
	}
	like(report('vtd-full', 'svg'), qr/>direct ats</, 'the ways around');
	# a kind of line for each word, so that colors are not needed
	my $svg = report('partial', 'svg');
	my %dash = map { $_ => $svg =~ /svg path\.$_ \{[^}]*dasharray: ([\d ]+)/ ?
			 $1 : 'solid' } qw(ok part bad dunno);
	is(scalar(keys %{{ reverse %dash }}), 4, 'four kinds of line');
	$svg = report('unknown', 'svg');
	like($svg, qr/<path [^>]*class="$_"/, "$_ is drawn")
		for qw(ok part bad dunno);
	my $big = report('big', 'html');
	is(() = $big =~ /<a href="#group-/g, 1000, 'a tile for each of 1,000 groups');
	unlike($big, qr/<path /, '... without lines between');
};

# The strings of Graphviz' language in a line; undef where it is broken
sub dot_strings {
	my ($line) = @_;
	my @strings;

	while ($line =~ /\G(?:"((?:[^"\\]|\\.)*)"|([^"]))/gs) {
		push @strings, $1 if defined $1;
	}
	return (pos($line) // length($line)) == length($line) ? \@strings : undef;
}

subtest 'the graph' => sub {
	for my $s (@machines) {
		my $dot = report($s, 'dot');
		my $groups = groups_of($s);
		my (%edges, %nodes);

		is("$status$err", '0', "$s: succeeds");
		like($dot, qr/\Adigraph iommu \{\n.*\n\}\n\z/s, "$s: is a graph");
		for (split /\n/, $dot) {
			$edges{$1}{$2}++ if /^\t"([^"]*)" -> "([^"]*)" /;
			$nodes{$1} = $2 if /^\t"([^"]*)" \[.*label="([^"]*)"\];$/;
		}
		my %want = map { my $g = $_; ("group:$g" =>
				 { map { ("device:$_" => 1) }
				   @{$groups->{$g}}[1 .. $#{$groups->{$g}}] }) }
			keys %$groups;
		$want{'group:no-group'} = { map { ("device:$_" => 1) }
			unprotected_of($s) } if unprotected_of($s);
		delete $edges{$_} for grep { /^unit:/ } keys %edges;
		is_deeply(\%edges, \%want, "$s: groups lead to their devices");
		my @wrong = grep { $nodes{"group:$_"} !~ /^group $_\\n$groups->{$_}[0]/ }
			keys %$groups;
		is_deeply(\@wrong, [], "$s: each group has its word");
		SKIP: {
			skip 'no dot(1)', 1 unless have('dot');
			open(my $f, '>', "$tmp/graph") or die;
			print $f $dot;
			close($f);
			sh($s, "dot -Tplain $tmp/graph");
			is("$status$err", '0', "$s: dot takes it");
		}
	}
};

# Everything that a name of sysfs, of pci.ids or of a host may have in it
subtest 'names that would break it' => sub {
	my $evil = q{<b onload="x">&amp;'"\\N\\"}. "\xff\xc3(\x01";
	my $root = 'sys/kernel/iommu_caps';
	my $summary = slurp("$tmp/partial/$root/groups/2/summary");

	$summary =~ s/^domain_type=.*/domain_type=$evil/m or die;
	variant('evil', 'partial', "$root/groups/2/summary" => $summary,
		"$root/platform" => "$evil\n",
		'proc/sys/kernel/hostname' => "$evil\n",
		'pci.ids' => "8086  <i>\n\t1234  $evil\n");
	for my $form (qw(html svg dot)) {
		sh('evil', "iommu-caps report --$form --sysroot $tmp/evil --pci-ids $tmp/evil/pci.ids");
		is("$status$err", '0', "--$form: succeeds");
		ok(utf8::decode(my $copy = $out), '... is UTF-8');
		unlike($out, qr/[\x00-\x08\x0b-\x1f]/, '... without control characters');
		next if $form eq 'dot';
		is(malformed($out), '', '... is well-formed');
		unlike($out, qr/<b |onload="/, '... and no name is a tag');
		like(plain($out), qr/\Q<b onload="x">&amp;'"\N\"\E/,
		     '... but reads as it is');
	}
	for (split /\n/, $out) {
		next if !/onload/;
		my $strings = dot_strings($_);
		ok($strings && grep({ /<b onload=\\"x\\">&amp;amp;'\\"\\\\N\\\\\\"/ } @$strings),
		   '--dot: quotes, backslashes and ampersands are escaped') or diag($_);
	}
	like($out, qr/onload/, '... and are there');
	SKIP: {
		skip 'no dot(1)', 2 unless have('dot');
		sh('evil', "iommu-caps report --dot --sysroot $tmp/evil --pci-ids $tmp/evil/pci.ids >$tmp/graph; dot -Tsvg $tmp/graph");
		is($status, 0, 'dot takes it');
		like(plain($out), qr/\Q<b onload="x">&amp;'"\N\"\E/,
		     '... and draws the name as it is');
	}
};

subtest 'xmllint agrees' => sub {
	plan skip_all => 'no xmllint' if !have('xmllint');
	for my $s (@machines, 'evil') {
		for my $form (qw(html svg)) {
			sh($s, "iommu-caps report --$form | xmllint --noout -");
			is("$status$err", '0', "$s: --$form");
		}
	}
};

done_testing;
