BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'A room' {
    BeforeAll {
        function New-Room {
            param([hashtable] $Options = @{})
            Start-ChatServer 0 -Room lobby -Handle host -BindAddress 127.0.0.1 @Options
        }
        function Join-Room {
            param($Room, [string] $Handle, [hashtable] $Options = @{})
            Connect-ChatServer 127.0.0.1 $Room.Port $Handle -Room lobby @Options
        }
    }

    AfterEach { Stop-AllSessions }

    It 'sends each message to all other members and the host' {
        $room = New-Room
        $ann = Join-Room $room Ann
        $bob = Join-Room $room Bob
        Send-ChatMessage hello -Session $ann
        "$(Receive-ChatMessage $bob -TimeoutSeconds 20)" | Should -BeExactly 'Ann> hello'
        "$(Receive-ChatMessage $room -TimeoutSeconds 20)" | Should -BeExactly 'Ann> hello'
        Send-ChatMessage welcome -Session $room
        $ann, $bob | ForEach-Object { "$(Receive-ChatMessage $_ -TimeoutSeconds 20)" } | Should -Be 'host> welcome', 'host> welcome'
        $room.Turn, $room.Role, $room.State | Should -Be 'Free', 'Room', 'Connected'
    }

    It 'sends text that looks like a command unchanged' {
        $room = New-Room
        $ann = Join-Room $room Ann
        'BYE', '/who', '  x ' | Send-ChatMessage -Session $ann
        (Receive-ChatMessage $room -Count 3 -TimeoutSeconds 20).Text | Should -Be 'BYE', '/who', '  x '
    }

    It 'Send-ChatMessage -To sends a private message' {
        $room = New-Room
        $ann = Join-Room $room Ann
        $bob = Join-Room $room Bob
        (Send-ChatMessage psst -Session $ann -To bob -PassThru).To | Should -Be bob
        $received = Receive-ChatMessage $bob -TimeoutSeconds 20
        "$received" | Should -BeExactly '[private] Ann> psst'
        Send-ChatMessage 'and you' -Session $room -To ann
        (Receive-ChatMessage $ann -TimeoutSeconds 20).Text | Should -Be 'and you'
    }

    It 'sends recent messages to a new member' {
        $room = New-Room @{ HistoryCount = 2 }
        'one', 'two', 'three' | Send-ChatMessage
        $recent = Receive-ChatMessage (Join-Room $room Ann) -Count 2 -TimeoutSeconds 20
        $recent.Text | Should -Be 'two', 'three'
        $recent.IsHistory | Should -Be $true, $true
    }

    It 'Get-ChatMember lists the members within 80 columns' {
        $room = New-Room
        $bob = Join-Room $room Bob
        $null = Join-Room $room Ann
        (Get-ChatMember -Session $room).Handle | Should -Be Ann, Bob
        ($room | Get-ChatMember a*).Handle | Should -Be Ann
        Wait-For { (Get-ChatMember -Session $bob).Handle.Count -gt 0 }
        $room.Members.Count | Should -Be 2
        $table = $room.Members | Format-Table | Out-String -Width 80 -Stream
        ($table | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        $table -join "`n" | Should -Match 'Handle +Address +Server +Connected +Messages +Queued'
        Get-ChatSession | Format-Table | Out-String | Should -Match 'lobby \(2\)'
    }

    It 'Remove-ChatMember accepts members from the pipeline, and a reason, and has no effect with -WhatIf' {
        $room = New-Room
        $ann = Join-Room $room Ann
        $null = Join-Room $room Bob
        Get-ChatMember -Session $room | Remove-ChatMember -WhatIf
        $room.Members.Count | Should -Be 2
        Get-ChatMember Ann -Session $room | Remove-ChatMember -Reason 'too loud'
        Receive-ChatMessage $ann -TimeoutSeconds 20 -InformationVariable notices | Should -BeNullOrEmpty
        $notices.MessageData.Text | Should -Contain 'You were removed by host (too loud).'
        $room.Members.Handle | Should -Be Bob
    }

    It 'completes members and dialects' {
        $room = New-Room
        $null = Join-Room $room Ann
        $line = 'Remove-ChatMember -Session $room A'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain Ann
        $line = 'Start-ChatServer -Room x -Dialect K'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be Kutztown
    }

    It 'keeps a member whose connection is lost, unless with -NoResume at one end' {
        foreach ($case in @(@{}, @{}, $true), @(@{ Resume = $true }, @{ Resume = $true }, $true), @(@{ NoResume = $true }, @{}, $false), @(@{}, @{ NoResume = $true }, $false)) {
            $roomParameters, $memberParameters, $canResume = $case
            $room = New-Room (@{ Secure = $true } + $roomParameters)
            $relay = New-Relay $room.Port
            try {
                $ann = Connect-ChatServer ((New-ChatInvite $room).Uri -replace ":$($room.Port)/", ":$($relay.Port)/") -Handle Ann @memberParameters
                $ann.Security.CanResume | Should -Be $canResume
                Disconnect-Relay $relay
                if ($canResume) {
                    Send-ChatMessage hello -Session $room
                    "$(Receive-ChatMessage $ann -TimeoutSeconds 20)" | Should -BeExactly 'host> hello'
                    Send-ChatMessage again -Session $ann
                    "$(Receive-ChatMessage $room -TimeoutSeconds 20)" | Should -BeExactly 'Ann> again'
                    (Get-ChatTranscript $ann).Text | Should -Contain 'Reconnected.'
                    (Get-ChatTranscript $room).Text | Should -Not -Match 'left|reconnecting'
                }
                else {
                    (Get-ErrorOf { Receive-ChatMessage $ann -TimeoutSeconds 20 }).FullyQualifiedErrorId | Should -BeLike 'PeerDisconnected,*'
                    Wait-For { -not (Get-ChatMember -Session $room) }
                }
            }
            finally {
                Close-Relay $relay
            }
            Stop-AllSessions
        }
    }

    It 'supports the dialect Kutztown' {
        $room = New-Room @{ Dialect = 'Kutztown' }
        $ann = Join-Room $room Ann @{ Dialect = 'Kutztown' }
        $bob = Join-Room $room Bob @{ Dialect = 'Kutztown' }
        Send-ChatMessage 'hällo "Bob"' -Session $ann
        "$(Receive-ChatMessage $bob -TimeoutSeconds 20)" | Should -BeExactly 'Ann> hällo "Bob"'
    }

    It 'accepts members that use nc' -Skip:(-not (Get-Command nc -ErrorAction Ignore)) {
        $room = New-Room
        $nc = Start-Peer nc 127.0.0.1, $room.Port
        try {
            Read-PeerLine $nc | Should -BeLike 'HELLO lobby: *'
            $nc.StandardInput.Write("NICK Bob`n")
            Read-PeerLine $nc | Should -BeLike 'READY Bob*'
            Read-PeerLine $nc | Should -Be '* Members: host, Bob'
            $nc.StandardInput.Write("hello`n")
            "$(Receive-ChatMessage $room -TimeoutSeconds 20)" | Should -BeExactly 'Bob> hello'
            Stop-ChatServer $room
            Read-PeerLine $nc | Should -Be 'BYE The room is closed.'
        }
        finally {
            $null = Stop-Peer $nc
        }
    }

    It 'limits connections without a nickname with <_>' -ForEach 'MaxUnregisteredConnections', 'MaxUnregisteredConnectionsPerAddress' {
        $room = New-Room @{ $_ = 1 }
        $clients = 1..2 | ForEach-Object {
            $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $room.Port)
            $reader = [IO.StreamReader]::new($client.GetStream())
            $reader.ReadLine() | Should -BeLike 'HELLO lobby: *'
            [pscustomobject] @{ Client = $client; Reader = $reader }
        }
        try { $clients[0].Reader.ReadLine() | Should -Be 'BYE Too many connections have no nickname.' }
        finally { $clients.Client.Dispose() }
    }

    It '<Name> is the error <Id>' -ForEach @(
        @{ Name = 'a taken nickname'; Id = 'HandleTaken'; Script = { $r = New-Room; Join-Room $r Ann; Join-Room $r ANN } }
        @{ Name = 'a nickname with a digit'; Id = 'HandleInvalid'; Script = { Join-Room (New-Room) Ann1 } }
        @{ Name = 'a host handle with a digit'; Id = 'HandleInvalid'; Script = { Start-ChatServer 0 -Room lobby -Handle host1 } }
        @{ Name = 'a room name of two words'; Id = 'InvalidRoomName'; Script = { Start-ChatServer 0 -Room 'two words' } }
        @{ Name = 'a different room name'; Id = 'RoomNotFound'; Script = { Connect-ChatServer 127.0.0.1 (New-Room).Port Ann -Room den } }
        @{ Name = 'a full room'; Id = 'RoomFull'; Script = { $r = New-Room @{ MaxMembers = 1 }; Join-Room $r Ann; Join-Room $r Bob } }
        @{ Name = 'sending to an unknown member'; Id = 'MemberNotFound'; Script = { Send-ChatMessage x -Session (New-Room) -To Zed -ErrorAction Stop } }
        @{ Name = 'getting an unknown member'; Id = 'MemberNotFound'; Script = { Get-ChatMember Zed -Session (New-Room) -ErrorAction Stop } }
        @{ Name = 'removing an unknown member'; Id = 'MemberNotFound'; Script = { Remove-ChatMember Zed -Session (New-Room) -ErrorAction Stop } }
        @{ Name = 'no open room'; Id = 'SessionNotFound'; Script = { Get-ChatMember } }
        @{ Name = 'a dialect for pairs'; Id = 'DialectNotFound'; Script = { Start-ChatServer 0 -Room lobby -Dialect Raw } }
        @{ Name = 'a turn order'; Id = 'AmbiguousParameterSet'; Script = { Start-ChatServer 0 -Room lobby -TurnOrder Alternate } }
    ) {
        (Get-ErrorOf $Script).FullyQualifiedErrorId | Should -BeLike "$Id,PSPairChat.Cmdlets.*"
    }
}
