BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'A talk in one runspace' {
    AfterEach { Stop-AllSessions }

    It 'goes as the quick start says' {
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

    It 'takes the session by object, Id, Name and by default, and counts from 1 upwards' {
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
    }

    It 'serves a hundred clients one after another, and quits from either end' {
        $s = Start-ChatServer -Port 0
        foreach ($i in 1..100) {
            $c = Connect-ChatServer localhost $s.Port Chris
            Send-ChatMessage "n$i" -Session $c
            (Receive-ChatMessage $s).Text | Should -Be "n$i"
            $quitter, $other = if ($i % 2) { $c, $s } else { $s, $c }
            Send-ChatMessage '\quit' -Session $quitter
            Receive-ChatMessage $other | Should -BeNullOrEmpty
            $c.State | Should -Be Closed
        }
        $s.State | Should -Be Listening
        Get-ChatSession | Should -HaveCount 1
    }

    It 'runs free of turns where it is told to' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'a', 'b', 'c' | Send-ChatMessage -Session $s
        (Receive-ChatMessage $c -Count 3).Text -join '' | Should -Be abc
        $c.Turn | Should -Be Free
    }

    It 'gives what was sent with -PassThru and the reply with -AwaitReply' {
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

    It 'tells who came and who left in the information stream' {
        $s, $c = New-Pair
        Send-ChatMessage hi -Session $c
        $heard = Receive-ChatMessage $s -InformationVariable notices
        "$($notices[0])" | Should -Be "Established connection with $($c.LocalEndPoint)"
        Disconnect-ChatSession $c
        Receive-ChatMessage $s -InformationVariable notices
        "$notices" | Should -Be 'Chris has left.'
        $heard.Session | Should -Be $s
    }

    It 'tells its story in Verbose and its bytes in Debug' {
        $story = Start-ChatServer -Port 0 -Verbose 4>&1
        "$($story[0])" | Should -BeLike 'Listening on *'
        $c = Connect-ChatServer localhost $story[1].Port Chris
        $bytes = Send-ChatMessage hi -Session $c -Debug 5>&1
        "$bytes" | Should -Be '-> 10 bytes: Chris> hi\n'
    }
}

Describe 'Closing' {
    AfterEach { Stop-AllSessions }

    It 'does nothing with -WhatIf' {
        $s, $c = New-Pair
        Disconnect-ChatSession $c -WhatIf
        Stop-ChatServer $s -WhatIf
        $c.State | Should -Be Connected
        $s.State | Should -Be Connected
    }

    It 'hangs up for good, and the server goes on' {
        $s, $c = New-Pair
        Get-ChatSession | Where-Object Role -EQ Client | Disconnect-ChatSession
        $c.CloseReason | Should -Be LocalQuit
        Receive-ChatMessage $s
        $s.CloseReason | Should -Be PeerQuit
        $s.State | Should -Be Listening
    }

    It 'stops the server, tells the client and frees the port' {
        $s, $c = New-Pair
        Stop-ChatServer
        Receive-ChatMessage $c -Wait | Should -BeNullOrEmpty
        $c.CloseReason | Should -Be PeerQuit
        $s.State | Should -Be Closed
        $again = Start-ChatServer -Port $s.Port -BindAddress 127.0.0.1
        $again.Port | Should -Be $s.Port
    }

    It 'starts and stops a hundred times on one port' {
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

    It 'comes back at once on Ctrl+C, and the session goes on' {
        $s, $c = New-Pair
        $runspace = [powershell]::Create().AddScript({ param($module, $session) Import-Module $module; Receive-ChatMessage $session }).
            AddArgument($env:PSPAIRCHAT_MANIFEST).AddArgument($s)
        $running = $runspace.BeginInvoke()
        Start-Sleep -Milliseconds 500
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $runspace.Stop()
        $watch.ElapsedMilliseconds | Should -BeLessThan 5000
        $running.IsCompleted | Should -BeTrue
        $runspace.Dispose()
        Send-ChatMessage 'still here' -Session $c
        (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be 'still here'
    }

    It 'ends with the first object when that is all that is wanted' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'one', 'two' | Send-ChatMessage -Session $c
        (Receive-ChatMessage $s -Wait | Select-Object -First 1).Text | Should -Be one
        (Receive-ChatMessage $s).Text | Should -Be two
    }

    It 'goes from client to client with -Wait until the server is stopped' {
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

    It 'shows a message as the line that was said' {
        $s, $c = New-Pair
        Send-ChatMessage "a`tb$([char]27)[31m" -Session $c
        $line = Receive-ChatMessage $s | Out-String
        $line.Trim() | Should -Be "Chris> a b$([char]0x241B)[31m"
    }

    It 'shows sessions as a table that fits 80 columns' {
        $s, $c = New-Pair
        $lines = Get-ChatSession | Out-String -Width 80 -Stream | Where-Object { $_ }
        $lines[0].TrimEnd() -split '\s+' -ne '' | Should -Be 'Id', 'Role', 'Handle', 'Peer', 'EndPoint', 'State', 'Turn'
        $lines | Should -HaveCount 4
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }
}
