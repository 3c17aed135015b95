# SPDX-License-Identifier: GPL-2.0-only
# Checks a value against a JSON schema: as much of draft 7 as the schemas in
# Documentation/schema use. A keyword that is not known here is an error, so
# that nothing passes by not being looked at.
package Schema;
use strict;
use warnings;
use B ();
use JSON::PP;

sub new {
	my ($class, $file) = @_;
	open(my $f, '<', $file) or die "$file: $!\n";
	local $/;
	return bless { root => decode_json(<$f>) }, $class;
}

sub type_of {
	my ($v) = @_;
	return 'null' if !defined $v;
	return 'boolean' if JSON::PP::is_bool($v);
	return 'array' if ref $v eq 'ARRAY';
	return 'object' if ref $v eq 'HASH';
	return B::svref_2object(\$v)->FLAGS & B::SVp_POK ? 'string' : 'integer';
}

my %known = map { $_ => 1 } qw($schema title description definitions type enum
	required properties additionalProperties items minimum pattern oneOf $ref);

# The first thing that is wrong, or ''
sub wrong {
	my ($self, $v, $s, $at) = @_;
	$s //= $self->{root};
	$at //= '';

	for (keys %$s) {
		return "$at: unknown keyword $_" if !$known{$_};
	}
	if ($s->{'$ref'}) {
		my ($name) = $s->{'$ref'} =~ m{^#/definitions/(\w+)$};
		return $self->wrong($v, $self->{root}{definitions}{$name}, $at);
	}
	if ($s->{oneOf}) {
		my @bad = map { $self->wrong($v, $_, $at) } @{$s->{oneOf}};
		my $fits = grep { $_ eq '' } @bad;
		return "$at: is $fits of: @bad" if $fits != 1;
	}
	my $type = type_of($v);
	if ($s->{type}) {
		my @types = ref $s->{type} ? @{$s->{type}} : $s->{type};
		return "$at: is $type, not @types" if !grep { $_ eq $type } @types;
	}
	if ($s->{enum}) {
		return "$at: not one of those that there are"
			if !grep { defined $_ ? defined $v && $_ eq $v : !defined $v }
				@{$s->{enum}};
	}
	return "$at: too small" if defined $s->{minimum} &&
		$type eq 'integer' && $v < $s->{minimum};
	return "$at: does not match" if $s->{pattern} && $type eq 'string' &&
		$v !~ /$s->{pattern}/;
	if ($type eq 'array' && $s->{items}) {
		for my $i (0 .. $#$v) {
			my $bad = $self->wrong($v->[$i], $s->{items}, "$at/$i");
			return $bad if $bad;
		}
	}
	return '' if $type ne 'object';
	for (@{$s->{required} // []}) {
		return "$at: lacks $_" if !exists $v->{$_};
	}
	for my $key (sort keys %$v) {
		my $sub = $s->{properties}{$key} // $s->{additionalProperties};
		next if !defined $sub;
		return "$at/$key: should not be there" if !ref $sub ||
			JSON::PP::is_bool($sub);
		my $bad = $self->wrong($v->{$key}, $sub, "$at/$key");
		return $bad if $bad;
	}
	return '';
}

1;
