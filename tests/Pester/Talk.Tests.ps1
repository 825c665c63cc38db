BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'A conversation in one runspace' {
    AfterEach { Stop-AllSessions }

    It 'runs the example of the quick start' {
        $s = Start-ChatServer -Port 0
        $c = Connect-ChatServer -Host localhost -Port $s.Port -Handle Chris
        'test' | Send-ChatMessage -Session $c
        (Receive-ChatMessage -Session $s).Text | Should -Be 'test'
        (Get-ErrorOf { 'again' | Send-ChatMessage -Session $c -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'NotYourTurn,*'
        'hello' | Send-ChatMessage -Session $s
        (Receive-ChatMessage -Session $c).Text | Should -Be 'hello'
        "$($c.Peer)" | Should -Be 'chatserve'
        "$($s.Peer)" | Should -Be 'Chris'
    }

    It 'Session accepts an object, an Id, or a Name, from the pipeline too, and has a default' {
        $s, $c = New-Pair
        $s.Id | Should -BeLessThan $c.Id
        Send-ChatMessage one
        (Receive-ChatMessage $s.Id).Text | Should -Be one
        Send-ChatMessage two -Session $s.Name
        (Receive-ChatMessage).Text | Should -Be two
        (Get-ChatSession -Name $c.Name.ToUpper()).Id | Should -Be $c.Id
        (Get-ChatSession -Name 'Chat*').Count | Should -Be 2
        (Get-ChatSession -Id $s.Id).Role | Should -Be Server
        $named = Start-ChatServer 0 -Name 'the desk'
        (Get-ChatSession 'the d*').Id | Should -Be $named.Id
        ('the desk', $named.Id, $named | Get-ChatTranscript -Last 1).Text | Should -BeLike 'Listening on*'
    }

    It 'a server serves a hundred clients one after another, and either side can quit' {
        $s = Start-ChatServer -Port 0
        foreach ($i in 1..100) {
            $c = Connect-ChatServer localhost $s.Port Chris
            Send-ChatMessage "n$i" -Session $c
            (Receive-ChatMessage $s).Text | Should -Be "n$i"
            $quitting, $other = if ($i % 2) { $c, $s } else { $s, $c }
            Send-ChatMessage '\quit' -Session $quitting
            Receive-ChatMessage $other | Should -BeNullOrEmpty
            $c.State | Should -Be Closed
        }
        $s.State | Should -Be Listening
        Get-ChatSession | Should -HaveCount 1
    }

    It 'TurnOrder Free allows several messages in a row' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'a', 'b', 'c' | Send-ChatMessage -Session $s
        (Receive-ChatMessage $c -Count 3).Text -join '' | Should -Be abc
        $c.Turn | Should -Be Free
    }

    It 'AwaitReply returns the first message after the question, and what was unread stays unread: <_>' -ForEach @('Pair', 'Room', 'Member') {
        if ($_ -eq 'Pair') { $s, $c = New-Pair @{ TurnOrder = 'Free' } }
        else {
            $room = Start-ChatServer 0 -Room lobby -Handle HostA -BindAddress 127.0.0.1
            $member = Connect-ChatServer 127.0.0.1 $room.Port Chris -Room lobby
            $s, $c = if ($_ -eq 'Room') { $member, $room } else { $room, $member }
        }
        'old', 'older' | Send-ChatMessage -Session $s
        # Between the ends of a room, a message takes a moment.
        if ($_ -ne 'Pair') {
            Send-ChatMessage sent -Session $s
            $null = Wait-ChatMessage sent -Session $c -TimeoutSeconds 20
        }
        $job = Start-ModuleJob { Wait-ChatMessage question -Session $using:s -TimeoutSeconds 20; Send-ChatMessage answer -Session $using:s }
        (Send-ChatMessage question -Session $c -AwaitReply -TimeoutSeconds 20).Text | Should -Be answer
        $null = Complete-Job $job
        (Receive-ChatMessage $c -Count 2 -TimeoutSeconds 20).Text | Should -Be old, older
    }

    It 'relays the text of messages, transcript entries and numbers' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'hello' | Send-ChatMessage -Session $c
        $message = Receive-ChatMessage $s -TimeoutSeconds 20
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($message))
        $entry = Get-ChatTranscript $s | Where-Object Text -EQ hello
        $message, $copy, $entry, [pscustomobject] @{ Text = 'csv' }, 4.5 | Send-ChatMessage -Session $s
        (Receive-ChatMessage $c -Count 5 -TimeoutSeconds 20).Text | Should -Be hello, hello, hello, csv, '4.5'
    }

    It 'an object that is neither a string nor a message is the error MessageInvalid' {
        $null, $c = New-Pair
        $c, (Get-Date), @{ a = 1 }, [pscustomobject] @{ a = 1 } | Send-ChatMessage -Session $c -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors.FullyQualifiedErrorId | Should -Be (@('MessageInvalid,PSPairChat.Cmdlets.SendChatMessageCommand') * 4)
        $errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*Json*'
    }

    It 'PassThru returns the message and AwaitReply the reply' {
        $s, $c = New-Pair
        $sent = Send-ChatMessage hi -Session $c -PassThru
        "$sent" | Should -Be 'Chris> hi'
        $sent.IsMine | Should -BeTrue
        Receive-ChatMessage $s | Out-Null
        Send-ChatMessage hello -Session $s
        Receive-ChatMessage $c | Out-Null
        $job = Start-ModuleJob { Receive-ChatMessage $using:s | ForEach-Object { Send-ChatMessage $_.Text.ToUpper() -Session $using:s } }
        "$(Send-ChatMessage again -Session $c -AwaitReply -TimeoutSeconds 20)" | Should -Be 'HostA> AGAIN'
        Complete-Job $job
    }

    It 'the information stream reports peers that connect and leave' {
        $s, $c = New-Pair
        Send-ChatMessage hi -Session $c
        $received = Receive-ChatMessage $s -InformationVariable notices
        "$($notices[0])" | Should -Be "Established connection with $($c.LocalEndPoint)"
        Disconnect-ChatSession $c
        Receive-ChatMessage $s -InformationVariable notices
        "$notices" | Should -Be 'Chris has left.'
        $received.Session | Should -Be $s
    }

    It 'Verbose reports events, and Debug reports bytes' {
        $output = Start-ChatServer -Port 0 -Verbose 4>&1
        "$($output[1])" | Should -BeLike 'Listening on *'
        $c = Connect-ChatServer localhost $output[2].Port Chris
        $bytes = Send-ChatMessage hi -Session $c -Debug 5>&1
        "$bytes" | Should -Be '-> 10 bytes: Chris> hi\n'
    }
}

Describe 'Closing a session' {
    AfterEach { Stop-AllSessions }

    It 'WhatIf has no effect' {
        $s, $c = New-Pair
        Disconnect-ChatSession $c -WhatIf
        Stop-ChatServer $s -WhatIf
        $c.State | Should -Be Connected
        $s.State | Should -Be Connected
    }

    It 'Disconnect-ChatSession closes the client, and the server continues' {
        $s, $c = New-Pair
        Get-ChatSession | Where-Object Role -EQ Client | Disconnect-ChatSession
        $c.CloseReason | Should -Be LocalQuit
        Receive-ChatMessage $s
        $s.CloseReason | Should -Be PeerQuit
        $s.State | Should -Be Listening
    }

    It 'PassThru returns the session' {
        $s, $c = New-Pair
        Disconnect-ChatSession $c | Should -BeNullOrEmpty
        Disconnect-ChatSession $c -PassThru | Should -Be $c
        $c, $s | Disconnect-ChatSession -PassThru -WhatIf | Should -BeNullOrEmpty
        (Stop-ChatServer $s -PassThru).State | Should -Be Closed
    }

    It 'Stop-ChatServer notifies the client and frees the port' {
        $s, $c = New-Pair
        Stop-ChatServer
        Receive-ChatMessage $c -Wait | Should -BeNullOrEmpty
        $c.CloseReason | Should -Be PeerQuit
        $s.State | Should -Be Closed
        $again = Start-ChatServer -Port $s.Port -BindAddress 127.0.0.1
        $again.Port | Should -Be $s.Port
    }

    It 'a server starts and stops a hundred times on one port' {
        $port = 0
        foreach ($i in 1..100) {
            $port = (Start-ChatServer -Port $port -BindAddress 127.0.0.1).Port
            Stop-ChatServer
        }
        Get-ChatSession | Should -BeNullOrEmpty
    }
}

Describe 'Stopping a wait' {
    AfterEach { Stop-AllSessions }

    It 'Ctrl+C stops the wait, and the session remains open' {
        $s, $c = New-Pair
        $shell = [powershell]::Create().AddScript({ param($module, $session) Import-Module $module; 'ready'; Receive-ChatMessage $session }).
            AddArgument($env:PSPAIRCHAT_MANIFEST).AddArgument($s)
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
        Wait-For { $output.Count }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.ElapsedMilliseconds | Should -BeLessThan 5000
        $running.IsCompleted | Should -BeTrue
        $shell.Dispose()
        Send-ChatMessage 'still here' -Session $c
        (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be 'still here'
    }

    It 'Select-Object -First stops the wait' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'one', 'two' | Send-ChatMessage -Session $c
        (Receive-ChatMessage $s -Wait | Select-Object -First 1).Text | Should -Be one
        (Receive-ChatMessage $s).Text | Should -Be two
    }

    It 'Receive-ChatMessage -Wait receives from one client after another until the server is stopped' {
        $s = Start-ChatServer -Port 0
        $job = Start-ModuleJob { Receive-ChatMessage $using:s -Wait | ForEach-Object { "$_"; Send-ChatMessage ok -Session $using:s } }
        foreach ($name in 'Ann', 'Bob') {
            $c = Connect-ChatServer localhost $s.Port $name
            (Send-ChatMessage "I am $name" -Session $c -AwaitReply -TimeoutSeconds 20).Text | Should -Be ok
            Disconnect-ChatSession $c
        }
        Stop-ChatServer $s
        Complete-Job $job | Should -Be 'Ann> I am Ann', 'Bob> I am Bob'
    }
}

Describe 'Views' {
    AfterEach { Stop-AllSessions }

    It 'a message is displayed as one line' {
        $s, $c = New-Pair
        Send-ChatMessage "a`tb$([char]27)[31m" -Session $c
        $line = Receive-ChatMessage $s | Out-String
        $line.Trim() | Should -Be "Chris> a b$([char]0x241B)[31m"
    }

    It 'sessions are displayed in a table of at most 80 columns' {
        $s, $c = New-Pair
        $lines = Get-ChatSession | Out-String -Width 80 -Stream | Where-Object { $_ }
        $lines[0].TrimEnd() -split '\s+' -ne '' | Should -Be 'Id', 'Role', 'Handle', 'Peer', 'EndPoint', 'State', 'Turn'
        $lines | Should -HaveCount 4
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }
}
