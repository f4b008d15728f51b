# Fills a freshly installed OTRS with the small ISP that the live tests talk about.
# Whatever fails here fails the whole provisioning: a half-filled server would only confuse a test.
use strict;
use warnings;
use utf8;

use lib '/usr/share/otrs', '/usr/share/otrs/Kernel/cpan-lib', '/usr/share/otrs/Custom';
use Kernel::System::ObjectManager;

binmode STDERR, ':encoding(UTF-8)';
local $Kernel::OM = Kernel::System::ObjectManager->new( 'Kernel::System::Log' => { LogPrefix => 'otrs-bridge-test' } );
my %Root = ( ValidID => 1, UserID => 1 );

sub Object { return $Kernel::OM->Get("Kernel::System::$_[0]") }
sub Must { my ( $What, $Result ) = @_; return $Result || die "provisioning failed at: $What\n" }

# No DNS here, so no address could pass the MX check; no mail ever leaves this machine.
my %Setting = ( CheckMXRecord => '0', SendmailModule => 'Kernel::System::Email::DoNotSendEmail' );
Must 'settings' => Object('SysConfig')->SettingsSet(
    UserID   => 1,
    Comments => 'otrs_bridge test server',
    Settings => [ map { { Name => $_, EffectiveValue => $Setting{$_}, IsValid => 1 } } sort keys %Setting ],
);

# This process read its settings before they were changed.
$Kernel::OM->Get('Kernel::Config')->Set( Key => $_, Value => $Setting{$_} ) for keys %Setting;

# --- who: the bridge's own agent, an ordinary one, and a group neither the bridge nor its queues are in
my $Users  = Must 'group users' => Object('Group')->GroupLookup( Group => 'users' );
my $Secret = Must 'group secret' => Object('Group')->GroupAdd( Name => 'secret', %Root );
my %Agent;
for my $Login (qw(bridge agent)) {
    $Agent{$Login} = Must "agent $Login" => Object('User')->UserAdd(
        UserFirstname => ucfirst $Login,
        UserLastname  => 'Test',
        UserLogin     => $Login,
        UserPw        => "$Login-secret",
        UserEmail     => "$Login\@mtel.ru",
        ValidID       => 1,
        ChangeUserID  => 1,
    );
}

sub Grant {
    my ( $Login, $GroupID ) = @_;
    return Must "rights of $Login" => Object('Group')->PermissionGroupUserAdd(
        GID        => $GroupID,
        UID        => $Agent{$Login},
        Permission => { map { $_ => 1 } qw(ro move_into create note owner priority rw) },
        UserID     => 1,
    );
}
Grant( 'bridge', $Users );
Grant( 'agent',  $Users );
Grant( 'agent',  $Secret );
my %Groups = Object('Group')->PermissionUserGet( UserID => $Agent{bridge}, Type => 'ro' );
die "provisioning failed: bridge may be in group users alone, but is in: @{[ sort values %Groups ]}\n"
    if join( q{,}, sort values %Groups ) ne 'users';

# --- where: the departments' queues, and one that the bridge may not see
my %Queue;
for my $Name (qw(Support Internet Telephony TV Billing Secret)) {
    $Queue{$Name} = Must "queue $Name" => Object('Queue')->QueueAdd(
        Name            => $Name,
        GroupID         => $Name eq 'Secret' ? $Secret : $Users,
        SystemAddressID => 1,
        SalutationID    => 1,
        SignatureID     => 1,
        FollowUpID      => 1,
        FollowUpLock    => 0,
        %Root,
    );
}

# An automatic reply on Support: what the bridge writes must not set it off.
my %ReplyType = reverse Object('AutoResponse')->AutoResponseTypeList( Valid => 1 );
my $Reply     = Must 'auto reply' => Object('AutoResponse')->AutoResponseAdd(
    Name        => 'Support: received',
    Subject     => 'Ваша заявка принята',
    Response    => 'Здравствуйте! Ваша заявка принята.',
    ContentType => 'text/plain',
    AddressID   => 1,
    TypeID      => $ReplyType{'auto reply'},
    %Root,
);
Must 'auto reply of queue Support' => Object('AutoResponse')->AutoResponseQueue(
    QueueID         => $Queue{Support},
    AutoResponseIDs => [$Reply],
    UserID          => 1,
);

# --- states beyond the shipped ones
my %StateType = reverse Object('State')->StateTypeList( UserID => 1 );
for my $State ( [ 'ждём клиента', 'pending reminder' ], [ 'waiting for part', 'open' ] ) {
    my ( $Name, $Type ) = @{$State};
    Must "state $Name" => Object('State')->StateAdd( Name => $Name, TypeID => $StateType{$Type}, %Root );
}

# --- dynamic fields of the ticket
my %Selection = ( DefaultValue => '', PossibleNone => 1, TranslatableValues => 0, TreeView => 0, Link => '' );
my @Fields    = (
    [   ClientType => 'Тип клиента', 'Dropdown',
        { %Selection, PossibleValues => { legal => 'Юридическое лицо', individual => 'Физическое лицо' } },
    ],
    [   Category => 'Категория', 'Multiselect',
        {   %Selection,
            PossibleValues => {
                'internet'                => 'Нет интернета',
                'setup'                   => 'Настройка компьютера',
                'speed'                   => 'Низкая скорость',
                'telephony-incoming'      => 'Нет входящих звонков',
                'telephony-outgoing'      => 'Нет исходящих звонков',
                'telephony-international' => 'Нет международной связи',
                'tv'                      => 'Телевидение',
                'cable'                   => 'Кабель и разъёмы',
                'billing'                 => 'Оплата',
            },
        },
    ],
    map { [ $_->[0], $_->[1], 'Text', { DefaultValue => '', Link => '', RegExList => [] } ] } (
        [ District     => 'Район' ],
        [ MasterTicket => 'Главная заявка' ],
        [ BridgeKey    => 'Ключ моста' ],
        [ ShortNumber  => 'Короткий номер' ],
        [ Contract     => 'Договор' ],
        [ Address      => 'Адрес' ],
        [ Phone        => 'Телефон' ],
    ),
);
my $Order = 0;
for my $Field (@Fields) {
    my ( $Name, $Label, $Type, $Config ) = @{$Field};
    Must "dynamic field $Name" => Object('DynamicField')->DynamicFieldAdd(
        Name       => $Name,
        Label      => $Label,
        FieldOrder => ++$Order,
        FieldType  => $Type,
        ObjectType => 'Ticket',
        Config     => $Config,
        %Root,
    );
}

# --- clients. Two share a house, two share a phone, one has two phones; the comment names the district.
Must 'customer company' => Object('CustomerCompany')->CustomerCompanyAdd(
    CustomerID             => 'Ю-204',
    CustomerCompanyName    => 'ООО «Ромашка»',
    CustomerCompanyStreet  => 'ул. Кольцевая, д. 14, офис 3',
    CustomerCompanyZIP     => '141008',
    CustomerCompanyCity    => 'Мытищи',
    CustomerCompanyCountry => 'Russian Federation',
    CustomerCompanyURL     => '',
    CustomerCompanyComment => '',
    %Root,
);
#     login         customer id  first name          last name      e-mail                phone                 mobile               street                                district
my @Clients = (
    [ 'иванов',     'Ф-10482', 'Иван Петрович',    'Иванов',      'ivanov@mtel.ru',     '+7 (495) 123-45-67', '8 916 555-01-01',   'ул. Летная, д. 5, кв. 132',          'Северный' ],
    [ 'петрова',    'Ф-10517', 'Мария Сергеевна',  'Петрова',     'petrova@mtel.ru',    '8 495 123-45-68',    '+7 916 555-01-02',  'ул. Летная, д. 5, кв. 133',          'Северный' ],
    [ 'Ф-15236',    'Ф-15236', 'Анна Васильевна',  'Сидорова',    'sidorova@mtel.ru',   '8 (495) 586-12-12',  '',                  'ул. Кольцевая, д. 14, кв. 15',       'Центральный' ],
    [ 'Ф-20011',    'Ф-20011', 'Олег Игоревич',    'Щербаков',    'scherbakov@mtel.ru', '',                   '+7 903 777-20-11',  'Олимпийский пр-т, д. 9, к. 2, кв. 4', 'Центральный' ],
    [ 'smirnov',    'Ф-15240', 'Пётр Алексеевич',  'Смирнов',     'smirnov@mtel.ru',    '8 (495) 586-12-12',  '',                  'ул. Кольцевая, д. 14, кв. 16',       'Центральный' ],
    [ 'кузнецов.а', 'Ф-15301', 'Андрей Юрьевич',   'Кузнецов',    'kuznetsov@mtel.ru',  '+7 (498) 600-15-30', '8 926 600-15-30',   'ул. Воронина, д. 1а, кв. 77',        'Южный' ],
    [ 'Ю-204',      'Ю-204',   'ООО «Ромашка»',    'Бухгалтерия', 'romashka@mtel.ru',   '+7 (495) 586-20-40', '',                  'ул. Кольцевая, д. 14, офис 3',       'Центральный' ],
    [ 'Ю-317',      'Ю-317',   'ИП Фёдоров Ф. Ф.', 'Фёдоров',     'fedorov@mtel.ru',    '+7 (495) 583-03-17', '+7 985 317-03-17',  'Шараповский пр-д, вл. 2, стр. 3',    'Южный' ],
);
for my $Client (@Clients) {
    my %Record;
    @Record{qw(UserLogin UserCustomerID UserFirstname UserLastname UserEmail UserPhone UserMobile UserStreet UserComment)}
        = @{$Client};
    Must "customer user $Record{UserLogin}" => Object('CustomerUser')->CustomerUserAdd(
        Source      => 'CustomerUser',
        UserCity    => 'Мытищи',
        UserCountry => 'Russian Federation',
        %Record,
        %Root,
    );
}

# --- the product's own web service, exactly as an administrator would import it
my $Yaml = Must 'reading OtrsBridge.yml' => Object('Main')->FileRead( Location => '/opt/otrs-bridge-test/OtrsBridge.yml', Mode => 'utf8' );
my $Service = Must 'parsing OtrsBridge.yml' => Object('YAML')->Load( Data => ${$Yaml} );
Must 'web service OtrsBridge' => Object('GenericInterface::Webservice')->WebserviceAdd( Name => 'OtrsBridge', Config => $Service, %Root );
