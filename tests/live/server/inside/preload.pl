# Apache's parent loads what a web service call needs, so that no worker's first request is slow.
use strict;
use warnings;

use lib '/usr/share/otrs', '/usr/share/otrs/Kernel/cpan-lib', '/usr/share/otrs/Custom';
use Kernel::System::ObjectManager;

for my $Module (
    qw(
    Kernel::Config Kernel::System::Cache Kernel::System::Cache::FileStorable Kernel::System::DB Kernel::System::Log
    Kernel::System::Auth Kernel::System::AuthSession Kernel::System::User Kernel::System::Group
    Kernel::System::Ticket Kernel::System::Ticket::Article Kernel::System::Ticket::Article::Backend::Email
    Kernel::System::Ticket::Article::Backend::Internal Kernel::System::DynamicField
    Kernel::System::DynamicField::Backend Kernel::System::CustomerUser Kernel::System::CustomerUser::DB
    Kernel::GenericInterface::Provider Kernel::GenericInterface::Transport::HTTP::REST
    Kernel::GenericInterface::Operation::Session::SessionCreate
    Kernel::GenericInterface::Operation::Ticket::TicketCreate Kernel::GenericInterface::Operation::Ticket::TicketGet
    Kernel::GenericInterface::Operation::Ticket::TicketHistoryGet
    Kernel::GenericInterface::Operation::Ticket::TicketSearch
    Kernel::GenericInterface::Operation::Ticket::TicketUpdate
    )
    )
{
    eval "require $Module" or warn "preload: $Module: $@";
}

1;
