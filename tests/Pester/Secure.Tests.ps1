BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'A secure pair' {
    AfterEach { Stop-AllSessions }

    It 'needs one line that is copied from one process to the other' {
        $server = Start-ChatServer 0 -Secure -Handle HostA -BindAddress 127.0.0.1
        $invite = $server | New-ChatInvite
        "$invite" | Should -BeExactly $invite.Uri
        $invite.Uri | Should -Match "^pairchat://127\.0\.0\.1:$($server.Port)/#[\w-]{43}$"
        $job = Start-Job {
            Import-Module $using:env:PSPAIRCHAT_MANIFEST
            $client = Connect-ChatServer -Invite $using:invite.Uri -Handle Chris
            Send-ChatMessage question
            "$(Receive-ChatMessage -TimeoutSeconds 30)"
            "$($client.Security)"
        }
        "$(Receive-ChatMessage $server -TimeoutSeconds 60)" | Should -BeExactly 'Chris> question'
        Send-ChatMessage answer -Session $server
        $output = $job | Receive-Job -Wait -AutoRemoveJob
        $output[0] | Should -BeExactly 'HostA> answer'
        $output[1] | Should -BeExactly "Encrypted (TLS 1.3), server key $((Get-ChatKey).Fingerprint) (invite)"
    }

    It 'has Security with protocol, cipher suite, fingerprint and reason of trust' {
        $server = Start-ChatServer 0 -Secure -BindAddress 127.0.0.1
        $client = Connect-ChatServer (New-ChatInvite) -Handle Chris
        Send-ChatMessage hi -Session $client
        $null = Receive-ChatMessage $server
        $client.Security.Protocol | Should -Be 'TLS 1.3'
        $client.Security.CipherSuite | Should -Match '^TLS_'
        $client.Security.PeerFingerprint | Should -Be (Get-ChatKey).Fingerprint
        "$($client.Security.Trust), $($server.Security.Trust)" | Should -Be 'Invite, Invite'
        $plain = Start-ChatServer 0 -BindAddress 127.0.0.1
        $plain.Security | Should -BeNullOrEmpty
    }

    It 'is resumed by default, and not with -NoResume at one end' {
        foreach ($case in @(@{}, @{}, $true), @(@{ NoResume = $true }, @{}, $false), @(@{}, @{ NoResume = $true }, $false), @(@{}, @{ Resume = $true }, $true)) {
            $serverParameters, $clientParameters, $canResume = $case
            $server = Start-ChatServer 0 -Secure -BindAddress 127.0.0.1 @serverParameters
            $client = Connect-ChatServer (New-ChatInvite $server) -Handle Chris -ReconnectTimeoutSeconds 86400 -HeartbeatIntervalSeconds 1 -HeartbeatTimeoutSeconds 5 @clientParameters
            Send-ChatMessage hi -Session $client
            $null = Receive-ChatMessage $server
            $client.Security.CanResume | Should -Be $canResume
            $server.Security.CanResume | Should -Be $canResume
            Send-ChatMessage hello -Session $server
            $null = Receive-ChatMessage $client
            @($client.Unconfirmed) | Should -HaveCount 0
        }
        { Start-ChatServer 0 -Resume -NoResume } | Should -Throw 'The parameters Resume and NoResume cannot be used together.'
        (Start-ChatServer 0 -Resume -BindAddress 127.0.0.1 | New-ChatInvite).Uri | Should -Match '^pairchat:'
    }

    It 'uses the handle of the invite unless another is specified' {
        $server = Start-ChatServer 0 -Secure -BindAddress 127.0.0.1
        $invite = New-ChatInvite -Session $server -Handle Guest -MaxUses 2
        (Connect-ChatServer -Invite $invite).Handle | Should -Be 'Guest'
        (Connect-ChatServer -Invite $invite -Handle Chris).Handle | Should -Be 'Chris'
        Get-ChatInvite $server | Should -BeNullOrEmpty
    }

    It 'refuses an invite that was used, removed or has expired' {
        $server = Start-ChatServer 0 -Secure -BindAddress 127.0.0.1
        $used, $removed = (New-ChatInvite $server), (New-ChatInvite $server)
        $expired = New-ChatInvite $server -ExpiresInMinutes 0.01
        @(Get-ChatInvite $server).Id | Should -Be 1, 2, 3
        $removed | Remove-ChatInvite -WhatIf
        @(Get-ChatInvite $server) | Should -HaveCount 3
        $removed | Remove-ChatInvite
        $null = Connect-ChatServer -Invite $used -Handle Chris
        Start-Sleep -Milliseconds 700
        Get-ChatInvite $server | Should -BeNullOrEmpty
        foreach ($invite in $used, $removed, $expired) {
            $record = Get-ErrorOf { Connect-ChatServer -Invite $invite -Handle Eve -ErrorAction Stop }
            $record.FullyQualifiedErrorId | Should -BeLike 'InviteRefused,*'
            $record.CategoryInfo.Category | Should -Be 'AuthenticationError'
        }
        $record = Get-ErrorOf { Connect-ChatServer -Invite $used.Uri.Substring(0, 40) -Handle Eve -ErrorAction Stop }
        $record.FullyQualifiedErrorId | Should -BeLike 'InviteInvalid,*'
    }

    It 'is required for invites' {
        $server = Start-ChatServer 0 -BindAddress 127.0.0.1
        (Get-ErrorOf { New-ChatInvite $server -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'NotSecure,*'
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris
        (Get-ErrorOf { New-ChatInvite $client -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'NotSecure,*'
    }

    It 'reports a plain client at a secure server and a secure client at a plain server' {
        $server = Start-ChatServer 0 -Secure -BindAddress 127.0.0.1
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris
        Send-ChatMessage hi -Session $client
        $record = Get-ErrorOf { Receive-ChatMessage $client -TimeoutSeconds 5 -ErrorAction Stop }
        $record.FullyQualifiedErrorId | Should -BeLike 'ServerRequiresSecure,*'
        $record.ErrorDetails.RecommendedAction | Should -Match '-Invite'
        $room = Start-ChatServer 0 -Room lobby -BindAddress 127.0.0.1
        $record = Get-ErrorOf { Connect-ChatServer 127.0.0.1 $room.Port Chris -Room lobby -AcceptNewKey -ErrorAction Stop }
        $record.FullyQualifiedErrorId | Should -BeLike 'ServerNotSecure,*'
    }

    It 'accepts only the addresses of -AllowAddress' {
        $server = Start-ChatServer 0 -BindAddress 127.0.0.1 -AllowAddress 192.0.2.1, 127.0.0.0/8
        Connect-ChatServer 127.0.0.1 $server.Port Chris | Should -Not -BeNullOrEmpty
        (Get-ErrorOf { Start-ChatServer 0 -AllowAddress 1.2.3.4/33 -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'AddressInvalid,*'
    }
}

Describe 'The keys of servers and clients' {
    BeforeEach { $server = Start-ChatServer 0 -AllowAnonymous -BindAddress 127.0.0.1 }
    AfterEach { Stop-AllSessions }

    It 'an unknown key is an error with the fingerprint until it is accepted' {
        $record = Get-ErrorOf { Connect-ChatServer 127.0.0.1 $server.Port Chris -Secure -ErrorAction Stop }
        $record.FullyQualifiedErrorId | Should -BeLike 'ServerKeyUnknown,*'
        $record.Exception.Fingerprint | Should -Be (Get-ChatKey).Fingerprint
        $record.ErrorDetails.RecommendedAction | Should -Match '-Fingerprint.*-AcceptNewKey'
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris -AcceptNewKey
        "$($client.Security.Trust)" | Should -Be NewKey
        Disconnect-ChatSession $client
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris -Secure
        "$($client.Security.Trust)" | Should -Be KnownHost
    }

    It 'the key can be pinned by its fingerprint' {
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris -Fingerprint (Get-ChatKey).Fingerprint
        "$($client.Security.Trust)" | Should -Be Fingerprint
        $other = 'SHA256:' + [Convert]::ToBase64String([byte[]]::new(32)).TrimEnd('=')
        (Get-ErrorOf { Connect-ChatServer 127.0.0.1 $server.Port Eve -Fingerprint $other -ErrorAction Stop }).FullyQualifiedErrorId |
            Should -BeLike 'ServerKeyMismatch,*'
        (Get-ErrorOf { Connect-ChatServer 127.0.0.1 $server.Port Eve -Fingerprint SHA256:abc -ErrorAction Stop }).FullyQualifiedErrorId |
            Should -BeLike 'FingerprintInvalid,*'
    }

    It 'a remembered client needs no second invite, until its key is removed' {
        $remembering = Start-ChatServer 0 -RememberClients -BindAddress 127.0.0.1
        $client = Connect-ChatServer -Invite (New-ChatInvite $remembering -Handle Chris)
        Disconnect-ChatSession $client
        $null = Receive-ChatMessage $remembering
        (Get-ChatTrustedKey).Handle | Should -Be Chris
        $client = Connect-ChatServer 127.0.0.1 $remembering.Port Chris -Secure
        Send-ChatMessage again -Session $client
        (Receive-ChatMessage $remembering -TimeoutSeconds 10).Text | Should -Be again
        "$($client.Security.Trust), $($remembering.Security.Trust)" | Should -Be 'KnownHost, TrustedKey'
        Get-ChatTrustedKey | Remove-ChatTrustedKey
        Get-ChatTrustedKey | Should -BeNullOrEmpty
        (Get-ErrorOf { Remove-ChatTrustedKey (Get-ChatKey).Fingerprint -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'KeyNotFound,*'
    }

    It 'New-ChatKey replaces the key only with -Force, and a changed key is an error with file and line' {
        $null = Connect-ChatServer 127.0.0.1 $server.Port Chris -AcceptNewKey
        $old = Get-ChatKey
        $null = New-ChatKey -WhatIf
        (Get-ChatKey).Fingerprint | Should -Be $old.Fingerprint
        $new = New-ChatKey -Force
        $new.Fingerprint | Should -Not -Be $old.Fingerprint
        $port = $server.Port
        Stop-AllSessions
        $null = Start-ChatServer $port -AllowAnonymous -BindAddress 127.0.0.1
        $record = Get-ErrorOf { Connect-ChatServer 127.0.0.1 $port Chris -AcceptNewKey -ErrorAction Stop }
        $record.FullyQualifiedErrorId | Should -BeLike 'ServerKeyChanged,*'
        "$record" | Should -Match "line \d+ of '.*known_hosts'"
        "$record" | Should -Match ([regex]::Escape($old.Fingerprint))
        "$record" | Should -Match ([regex]::Escape($new.Fingerprint))
    }

    It 'a key file that others can read is refused' -Skip:$IsWindows {
        $path = (Get-ChatKey).Path
        chmod 644 $path
        try { (Get-ErrorOf { Get-ChatKey -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'KeyInvalid,*' }
        finally { chmod 600 $path }
    }
}

Describe 'A secure room' {
    AfterEach { Stop-AllSessions }

    It 'members join with invites that contain the name of the room' {
        $room = Start-ChatServer 0 -Room lobby -Secure -BindAddress 127.0.0.1
        $invite = New-ChatInvite $room -MaxUses 2
        $invite.Uri | Should -Match '/lobby#'
        $ann, $bob = (Connect-ChatServer -Invite $invite -Handle Ann), (Connect-ChatServer -Invite $invite -Handle Bob)
        Send-ChatMessage 'hello, all' -Session $ann
        "$(Receive-ChatMessage $bob -TimeoutSeconds 10)" | Should -BeExactly 'Ann> hello, all'
        "$(Receive-ChatMessage $room -TimeoutSeconds 10)" | Should -BeExactly 'Ann> hello, all'
        "$($bob.Security.Trust)" | Should -Be Invite
        (Get-ChatMember -Session $room).Handle | Should -Be Ann, Bob
    }

    It 'an invite contains the servers of -HostName, by default with the port of its server' {
        $room = Start-ChatServer 0 -Room lobby -Secure -BindAddress 127.0.0.1
        (New-ChatInvite $room -HostName a, b:1, '::1', '[::1]:2').Uri |
            Should -Match "^pairchat://a:$($room.Port)/lobby\?server=b:1&server=\[::1\]:$($room.Port)&server=\[::1\]:2#[\w-]{43}$"
        (Get-ErrorOf { New-ChatInvite $room -HostName a, b:0 }).FullyQualifiedErrorId | Should -BeLike 'HostNotFound,*'
    }

    It 'an invite with other servers is used at the first one only' {
        $closed = New-ClosedPort
        try {
            $room = Start-ChatServer 0 -Room lobby -Secure -BindAddress 127.0.0.1
            $invite = New-ChatInvite $room -HostName 127.0.0.1, "127.0.0.1:$($closed.Port)"
            (Connect-ChatServer -Invite $invite -Handle Ann).Port | Should -Be $room.Port
            $other = $invite.Uri -replace ":$($room.Port)/(.*)=127.0.0.1:$($closed.Port)#", ":$($closed.Port)/`$1=127.0.0.1:$($room.Port)#"
            (Get-ErrorOf { Connect-ChatServer -Invite $other -Handle Bob }).FullyQualifiedErrorId | Should -BeLike 'ConnectFailed,*'
        }
        finally { $closed.Socket.Dispose() }
    }
}
