# Delivers e-mails as OTRS's own mail reader would, many in one process: one base64 message a line in,
# one line "RETURN-CODE TICKET-ID" out (1 new ticket, 2 follow-up, 5 ignored).
use strict;
use warnings;

use lib '/usr/share/otrs', '/usr/share/otrs/Kernel/cpan-lib', '/usr/share/otrs/Custom';
use MIME::Base64;
use Kernel::System::ObjectManager;

while ( my $Line = <STDIN> ) {

    # A fresh object manager per mail: its end is what fires the events (auto replies among them).
    local $Kernel::OM = Kernel::System::ObjectManager->new( 'Kernel::System::Log' => { LogPrefix => 'otrs-bridge-test' } );
    my $Communication = $Kernel::OM->Create(
        'Kernel::System::CommunicationLog',
        ObjectParams => { Transport => 'Email', Direction => 'Incoming', AccountType => 'STDIN' },
    );
    $Communication->ObjectLogStart( ObjectLogType => 'Message' );
    my @Email = map {"$_\n"} split /\r?\n/, decode_base64($Line);
    my @Result = $Kernel::OM->Create(
        'Kernel::System::PostMaster',
        ObjectParams => { CommunicationLogObject => $Communication, Email => \@Email, Trusted => 0 },
    )->Run();
    my $Good = $Result[0] && $Result[0] != 4;
    $Communication->ObjectLogStop( ObjectLogType => 'Message', Status => $Good ? 'Successful' : 'Failed' );
    $Communication->CommunicationStop( Status => $Good ? 'Successful' : 'Failed' );
    die "OTRS did not take an e-mail (postmaster result: @{[ $Result[0] // 'none' ]})\n" if !$Good;
    print join( q{ }, $Result[0], $Result[1] // 0 ), "\n";
}
