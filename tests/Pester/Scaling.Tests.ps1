BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'A room on several servers' -Skip:(-not (Get-Command redis-server -CommandType Application -ErrorAction Ignore)) {
    BeforeEach {
        $redis = Start-Redis
        $first, $second = 'HostA', 'HostB' | ForEach-Object {
            Start-ChatServer 0 -Room lobby -Handle $_ -BindAddress 127.0.0.1 -Backplane "redis://127.0.0.1:$($redis.Port)"
        }
        $ann = Connect-ChatServer 127.0.0.1 $first.Port Ann -Room lobby
        $bob = Connect-ChatServer 127.0.0.1 $second.Port Bob -Room lobby
        Wait-For { $first.Members.Count -eq 2 }
    }

    AfterEach {
        Stop-AllSessions
        $null = Stop-Peer $redis.Peer -Kill
    }

    It 'Get-ChatMember lists the members of all servers, each with its server' {
        $members = Get-ChatMember -Session $first
        $members.Handle | Should -Be Ann, Bob
        $members.Server | Should -Be "$($first.HostName):$($first.Port)", "$($second.HostName):$($second.Port)"
        (Get-ChatMember -Session $ann).Handle | Should -Contain Bob
    }

    It 'Send-ChatMessage reaches all members, and with -To a member or a host at another server' {
        Send-ChatMessage hello -Session $ann
        $bob, $first, $second | ForEach-Object { "$(Receive-ChatMessage $_ -TimeoutSeconds 20)" } | Should -Be 'Ann> hello', 'Ann> hello', 'Ann> hello'
        Send-ChatMessage psst -Session $first -To bob
        "$(Receive-ChatMessage $bob -TimeoutSeconds 20)" | Should -BeExactly '[private] HostA> psst'
        Send-ChatMessage answer -Session $bob -To hosta
        "$(Receive-ChatMessage $first -TimeoutSeconds 20)" | Should -BeExactly '[private] Bob> answer'
    }

    It 'Remove-ChatMember removes a member of another server' {
        Get-ChatMember Bob -Session $first | Remove-ChatMember -Reason 'too loud'
        Receive-ChatMessage $bob -TimeoutSeconds 20 -InformationVariable notices | Should -BeNullOrEmpty
        $notices.MessageData.Text | Should -Contain 'You were removed by HostA (too loud).'
        Wait-For { $second.Members.Handle -eq 'Ann' }
    }

    It 'Get-ChatBackplane returns the state of the connection' {
        Wait-For { (Get-ChatBackplane $first).Servers.Count -eq 2 }
        $backplane = Get-ChatBackplane -Session $first
        $backplane.Room, $backplane.Url, $backplane.IsConnected, $backplane.MemberCount | Should -Be 'lobby', "redis://127.0.0.1:$($redis.Port)", $true, 2
        $backplane.Servers | Should -Contain "$($second.HostName):$($second.Port)"
        $backplane.Position | Should -BeGreaterThan 2
    }

    It 'a member of a server that is killed continues at another server of its invite' {
        $third = Start-ChatServer 0 -Room lobby -Handle HostC -BindAddress 127.0.0.1 -Backplane "redis://127.0.0.1:$($redis.Port)" -Secure
        $lost = Start-PwshPeer @"
            Start-ChatServer 0 -Room lobby -Handle HostD -BindAddress 127.0.0.1 -Backplane 'redis://127.0.0.1:$($redis.Port)' -Secure | Out-Null
            (New-ChatInvite -HostName 127.0.0.1, 127.0.0.1:$($third.Port)).Uri
            Receive-ChatMessage -Wait | Out-Null
"@
        try {
            $eve = Connect-ChatServer -Invite (Read-PeerLine $lost 60) -Handle Eve
            Send-ChatMessage one -Session $ann
            "$(Receive-ChatMessage $eve -TimeoutSeconds 20)" | Should -BeExactly 'Ann> one'
        }
        finally { $null = Stop-Peer $lost -Kill }
        Send-ChatMessage two -Session $ann
        "$(Receive-ChatMessage $eve -TimeoutSeconds 20)" | Should -BeExactly 'Ann> two'
        Send-ChatMessage three -Session $eve
        (Receive-ChatMessage $ann -Count 1 -TimeoutSeconds 20).Text | Should -BeExactly three
        Wait-For { (Get-ChatMember Eve -Session $first).Server -eq "$($third.HostName):$($third.Port)" }
        $eve.State | Should -Be Connected
    }
}
