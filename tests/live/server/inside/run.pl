# Runs the Perl code on standard input inside OTRS: $Kernel::OM is ready, text is UTF-8 both ways.
use strict;
use warnings;
use utf8;

use lib '/usr/share/otrs', '/usr/share/otrs/Kernel/cpan-lib', '/usr/share/otrs/Custom';
use Kernel::System::ObjectManager;

binmode STDOUT, ':encoding(UTF-8)';
binmode STDERR, ':encoding(UTF-8)';
local $Kernel::OM = Kernel::System::ObjectManager->new( 'Kernel::System::Log' => { LogPrefix => 'otrs-bridge-test' } );

my $Code = do { local $/; binmode STDIN, ':encoding(UTF-8)'; <STDIN> };
eval "use strict; use warnings; use utf8;\n#line 1 \"code\"\n$Code\n;1" or do {
    print STDERR $@ || "the code failed without a message\n";
    exit 1;
};
