BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'Receive-ChatMessage from several sessions' {
    AfterEach { Stop-AllSessions }

    It 'returns what arrives first, from an argument and from the pipeline' {
        $s1, $c1 = New-Pair
        $s2, $c2 = New-Pair
        Send-ChatMessage second -Session $c2
        $message = Receive-ChatMessage -Session $s1, $s2 -TimeoutSeconds 20
        $message.Text | Should -Be second
        $message.Session.Id | Should -Be $s2.Id
        Send-ChatMessage first -Session $c1
        ($s1, $s2.Name | Receive-ChatMessage -TimeoutSeconds 20).Session.Id | Should -Be $s1.Id
    }

    It 'Count is the number of messages from all sessions, and NoWait returns what has arrived' {
        $s1, $c1 = New-Pair @{ TurnOrder = 'Free' }
        $s2, $c2 = New-Pair @{ TurnOrder = 'Free' }
        'a', 'b' | Send-ChatMessage -Session $c1
        'c', 'd' | Send-ChatMessage -Session $c2
        (Receive-ChatMessage $s1, $s2 -Count 3 -TimeoutSeconds 20).Text | Should -HaveCount 3
        Receive-ChatMessage $s1, $s2 -NoWait | Should -HaveCount 1
        Receive-ChatMessage $s1, $s2 -NoWait | Should -BeNullOrEmpty
        Receive-ChatMessage $s1 -NoWait | Should -BeNullOrEmpty
        'e', 'f' | Send-ChatMessage -Session $c1
        (Receive-ChatMessage $s1 -NoWait -Count 1).Text | Should -Be e
    }

    It 'Wait continues until every session is closed, and reports a lost connection once' {
        $s1, $c1 = New-Pair
        $s2, $c2 = New-Pair
        $job = Start-ModuleJob {
            Send-ChatMessage one -Session $using:s1 -AwaitReply -ErrorAction SilentlyContinue
            Disconnect-ChatSession $using:s1
            Stop-ChatServer $using:s2
        }
        Send-ChatMessage hello -Session $c1
        Receive-ChatMessage $s1 -TimeoutSeconds 20 | Should -Not -BeNullOrEmpty
        (Receive-ChatMessage $c1, $c2 -Wait -TimeoutSeconds 20 | ForEach-Object { Send-ChatMessage reply -Session $_.Session; $_.Text }) | Should -Be one
        $c1, $c2 | ForEach-Object State | Should -Be Closed, Closed
        Complete-Job $job | Out-Null
    }

    It 'a timeout, own turn in every session, a closed session, and an unknown session are errors' {
        $s1, $c1 = New-Pair
        $s2, $c2 = New-Pair
        (Get-ErrorOf { Receive-ChatMessage $s1, $s2 -TimeoutSeconds 0.1 }).FullyQualifiedErrorId | Should -BeLike 'ReceiveTimedOut,*'
        (Get-ErrorOf { Receive-ChatMessage $c1, $c2 }).FullyQualifiedErrorId | Should -BeLike 'YourTurn,*'
        (Get-ErrorOf { Receive-ChatMessage $c1, 'nobody' }).FullyQualifiedErrorId | Should -BeLike 'SessionNotFound,*'
        (Get-ErrorOf { Receive-ChatMessage $c1, $null }).Exception.Message | Should -BeLike '*null*'
        (Get-ErrorOf { Receive-ChatMessage @() }).FullyQualifiedErrorId | Should -BeLike 'SessionNotFound,*'
        Disconnect-ChatSession $c1
        Send-ChatMessage last -Session $c2
        $messages = Receive-ChatMessage $c1, $s2 -TimeoutSeconds 20 -ErrorVariable closed -ErrorAction SilentlyContinue
        $messages.Text | Should -Be last
        $closed.FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
    }

    It 'waits for 500 sessions on one thread and uses little processor time' {
        $peer = Start-PwshPeer {
            $room = Start-ChatServer 0 -Room lobby -Handle Host -BindAddress 127.0.0.1
            # Only letters are allowed in a nickname of a room.
            $members = foreach ($i in 0..499) {
                $letters = -join ("$i".PadLeft(3, '0').ToCharArray() | ForEach-Object { [char] ([int] $_ - 48 + 97) })
                Connect-ChatServer 127.0.0.1 $room.Port "M$letters" -Room lobby
            }
            # The room still announces members to members.
            $members | Receive-ChatMessage -TimeoutSeconds 3 -ErrorAction SilentlyContinue
            $process = [Diagnostics.Process]::GetCurrentProcess()
            $threads = $process.Threads.Count
            $before = $process.TotalProcessorTime
            $members | Receive-ChatMessage -TimeoutSeconds 3 -ErrorAction SilentlyContinue
            $process.Refresh()
            ($process.TotalProcessorTime - $before).TotalMilliseconds
            $process.Threads.Count - $threads
            Send-ChatMessage 'to all' -Session $room
            ($members | Receive-ChatMessage -Count 500 -TimeoutSeconds 20 | Group-Object { $_.Session.Id } | Measure-Object).Count
        }.ToString()
        $milliseconds, $newThreads, $receivers = (Stop-Peer $peer -TimeoutSeconds 120).Trim() -split '\r?\n'
        Write-Information "Waiting for 500 sessions for 3 s took $milliseconds ms of processor time." -InformationAction Continue
        [double] $milliseconds | Should -BeLessThan 900
        [int] $newThreads | Should -BeLessThan 20
        $receivers | Should -Be 500
    }
}

Describe 'Objects as JSON' {
    AfterEach { Stop-AllSessions }

    It '1,000 objects each way are equal on arrival' {
        $s, $c = New-Pair
        $random = [Random]::new(7)
        foreach ($i in 1..1000) {
            $object = [pscustomobject] [ordered] @{
                id = $i; name = "Zoë $i `u{1F600}`n`"\"; price = [Math]::Round($random.NextDouble() * 1000, 2); amount = [decimal]::Parse('1.10', [cultureinfo]::InvariantCulture)
                ok = $i % 2 -eq 0; nothing = $null; list = @(1, 'two', @(3)); empty = @(); inner = [pscustomobject] @{ a = [long]::MaxValue; b = @{ c = 'd' } }
            }
            Send-ChatMessage -InputObject $object -AsJson -Session $c
            $received = Receive-ChatMessage $s -FromJson -TimeoutSeconds 20
            $received.Data | ConvertTo-Json -Depth 9 -Compress | Should -BeExactly ($object | ConvertTo-Json -Depth 9 -Compress)
            $received.Data | Send-ChatMessage -AsJson -Session $s
            $back = Receive-ChatMessage $c -FromJson -TimeoutSeconds 20
            $back.Text | Should -BeExactly $received.Text
            $back.Data.amount | Should -BeOfType decimal
        }
    }

    It 'writes numbers, dates, enums, and collections in one format' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        $sent = [ordered] @{
            date = [datetime]::new(2026, 3, 1, 10, 20, 30, [DateTimeKind]::Utc); offset = [datetimeoffset] '2026-03-01T10:20:30.5-02:00'; day = [DayOfWeek]::Friday
            guid = [guid]::Empty; span = [timespan] '01:02:03'; switch = [switch] $true; big = [bigint]::Pow(10, 20); byte = [byte[]] (1, 2); char = [char] 'x'
        } | Send-ChatMessage -AsJson -Session $c -PassThru
        $sent.Text | Should -BeExactly ('{"date":"2026-03-01T10:20:30Z","offset":"2026-03-01T10:20:30.5-02:00","day":"Friday",' +
            '"guid":"00000000-0000-0000-0000-000000000000","span":"01:02:03","switch":true,"big":100000000000000000000,"byte":[1,2],"char":"x"}')
        $data = (Receive-ChatMessage $s -FromJson -TimeoutSeconds 20).Data
        $data.date | Should -BeOfType string
        $data.big | Should -Be ([bigint]::Pow(10, 20))
        foreach ($value in $null, 'text', 5, $true, @()) {
            Send-ChatMessage -InputObject $value -AsJson -Session $c
            , (Receive-ChatMessage $s -FromJson -TimeoutSeconds 20).Data | ConvertTo-Json -Compress | Should -BeExactly (, $value | ConvertTo-Json -Compress)
        }
    }

    It 'an object that is too deep or cyclic, and a key twice, are errors before anything is sent' {
        $s, $c = New-Pair
        $deep = @{ a = @{ b = @{ c = 1 } } }
        Send-ChatMessage -InputObject $deep -AsJson -Depth 2 -Session $c
        (Receive-ChatMessage $s -FromJson -TimeoutSeconds 20).Data.a.b.c | Should -Be 1
        $tooDeep = Get-ErrorOf { Send-ChatMessage -InputObject $deep -AsJson -Depth 1 -Session $s }
        $tooDeep.FullyQualifiedErrorId | Should -BeLike 'JsonInvalid,*'
        $tooDeep.Exception.Message | Should -BeLike "*'a.b'*"
        $tooDeep.ErrorDetails.RecommendedAction | Should -BeLike '*-Depth*'
        $cyclic = @{}
        $cyclic.self = $cyclic
        $keys = [Collections.Generic.Dictionary[string, int]]::new()
        $keys['a'] = $keys['A'] = 1
        foreach ($invalid in $cyclic, $keys, [double]::NaN, @{ '' = 1 }) {
            (Get-ErrorOf { Send-ChatMessage -InputObject $invalid -AsJson -Session $s }).FullyQualifiedErrorId | Should -BeLike 'JsonInvalid,*'
        }
        $s.Turn | Should -Be Mine
    }

    It 'an object of 60,000 characters arrives, and a longer one is an error' {
        $s, $c = New-Pair
        $text = 'x' * 59998
        (Get-ErrorOf { Send-ChatMessage -InputObject "$text-" -AsJson -Session $c }).FullyQualifiedErrorId | Should -BeLike 'MessageTooLong,*'
        Send-ChatMessage -InputObject $text -AsJson -Session $c
        (Receive-ChatMessage $s -FromJson -TimeoutSeconds 20).Data | Should -BeExactly $text
        (Get-ErrorOf { Send-ChatMessage $text -Session $s }).FullyQualifiedErrorId | Should -BeLike 'MessageTooLong,*'
    }

    It 'a message that is not JSON is an error and remains unread: <_>' -ForEach 'Receive', 'Receive several', 'Wait', 'AwaitReply' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        if ($_ -ne 'AwaitReply') { Send-ChatMessage 'not JSON' -Session $c }
        $failure = switch ($_) {
            'Receive' { Get-ErrorOf { Receive-ChatMessage $s -FromJson -TimeoutSeconds 20 } }
            'Receive several' { Get-ErrorOf { Receive-ChatMessage $s, $c -FromJson -TimeoutSeconds 20 } }
            'Wait' { Get-ErrorOf { Wait-ChatMessage JSON -Session $s -FromJson -TimeoutSeconds 20 } }
            default {
                $job = Start-ModuleJob { Receive-ChatMessage $using:c -TimeoutSeconds 20; Send-ChatMessage 'not JSON' -Session $using:c }
                Get-ErrorOf { Send-ChatMessage question -Session $s -AwaitReply -FromJson -TimeoutSeconds 20 }
                $null = Complete-Job $job
            }
        }
        $failure.FullyQualifiedErrorId | Should -BeLike 'JsonInvalid,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*without -FromJson*'
        (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -BeExactly 'not JSON'
    }

    It 'a peer cannot choose a type, and a key that is the name of a member is data' {
        $s, $c = New-Pair
        Send-ChatMessage '{"PSTypeName":"System.Diagnostics.Process","Count":2,"ToString":"x"}' -Session $c
        $data = (Receive-ChatMessage $s -FromJson -TimeoutSeconds 20).Data
        $data | Should -BeOfType Management.Automation.PSCustomObject
        $data.PSObject.TypeNames | Should -Not -Contain System.Diagnostics.Process
        $data.PSTypeName, $data.Count | Should -Be System.Diagnostics.Process, 2
        Send-ChatMessage '{"psobject":1}' -Session $s
        (Get-ErrorOf { Receive-ChatMessage $c -FromJson -TimeoutSeconds 20 }).FullyQualifiedErrorId | Should -BeLike 'JsonInvalid,*'
    }

    It 'objects travel in a room, within its limit' {
        $room = Start-ChatServer 0 -Room lobby -Handle Host -BindAddress 127.0.0.1
        $member = Connect-ChatServer 127.0.0.1 $room.Port Ann -Room lobby
        @{ a = 1 } | Send-ChatMessage -AsJson -To Ann -Session $room
        (Receive-ChatMessage $member -FromJson -TimeoutSeconds 20).Data.a | Should -Be 1
        (Get-ErrorOf { Send-ChatMessage -InputObject ('x' * 600) -AsJson -Session $member }).FullyQualifiedErrorId | Should -BeLike 'MessageTooLong,*'
    }
}

Describe 'Events of a session' {
    AfterEach {
        Get-EventSubscriber | Unregister-Event
        Get-Event | Remove-Event
        Stop-AllSessions
    }

    It '10,000 messages are events in order, and Unregister-Event ends the reader' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        Register-ObjectEvent $s MessageReceived -SourceIdentifier chat
        1..10000 | Send-ChatMessage -Session $c
        Wait-For { (Get-Event chat).Count -eq 10000 }
        # PowerShell numbers the events in order, and queues them on several threads.
        ($received = (Get-Event chat | Sort-Object EventIdentifier).SourceEventArgs.Message.Text) | Should -HaveCount 10000
        $received -join ' ' | Should -BeExactly (1..10000 -join ' ')
        (Get-ErrorOf { Receive-ChatMessage $s -TimeoutSeconds 1 }).FullyQualifiedErrorId | Should -BeLike 'EventSubscribed,*'
        Unregister-Event chat
        Send-ChatMessage after -Session $c
        (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be after
    }

    It 'an action can reply, and PeerConnected, PeerDisconnected, and Closed are raised' {
        $s = Start-ChatServer 0 -Handle HostA -BindAddress 127.0.0.1
        $null = Register-ObjectEvent $s MessageReceived -Action { Send-ChatMessage "got $($EventArgs.Message.Text)" -Session $Sender }
        'PeerConnected', 'PeerDisconnected', 'Closed' | ForEach-Object { Register-ObjectEvent $s $_ -SourceIdentifier $_ }
        $c = Connect-ChatServer 127.0.0.1 $s.Port Chris
        Send-ChatMessage one -Session $c
        # An action runs between two commands of the script.
        Wait-For { (Receive-ChatMessage $c -NoWait).Text -eq 'got one' }
        (Wait-Event PeerConnected -Timeout 20).SourceEventArgs.Peer.RemoteEndPoint | Should -Not -BeNullOrEmpty
        Disconnect-ChatSession $c
        (Wait-Event PeerDisconnected -Timeout 20).SourceEventArgs.Peer.Handle | Should -Be Chris
        Stop-ChatServer $s
        Wait-Event Closed -Timeout 20 | Should -Not -BeNullOrEmpty
    }
}

Describe 'Wait-ChatMessage with patterns' {
    AfterEach { Stop-AllSessions }

    It 'sets the groups and the index of the pattern that matched' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'noise', 'listening on port 8080 (tcp)', 'done' | Send-ChatMessage -Session $c
        $message = Wait-ChatMessage -Pattern 'error', 'PORT (?<port>\d+) \((\w+)\)' -Session $s -TimeoutSeconds 20
        $message.PatternIndex | Should -Be 1
        $message.Matches.port | Should -Be 8080
        $message.Matches['1'], $message.Matches[0] | Should -Be tcp, 'port 8080 (tcp)'
        $like = Wait-ChatMessage -Like 'x*', 'd?ne' -Session $s -TimeoutSeconds 20
        $like.PatternIndex | Should -Be 1
        $like.Matches | Should -BeNullOrEmpty
        (Wait-ChatMessage -Session $s -TimeoutSeconds 20).PatternIndex | Should -BeNullOrEmpty
        (Get-ErrorOf { Wait-ChatMessage ok, '(' -Session $s }).FullyQualifiedErrorId | Should -BeLike 'PatternInvalid,*'
    }
}

Describe 'Send-ChatMessage -Split' {
    AfterEach { Stop-AllSessions }

    It 'sends a long text as several messages without turns' {
        $s, $c = New-Pair @{ TurnOrder = 'Free'; MaxMessageLength = 20 }
        $text = 'The quick brown fox jumps over the lazy dog.'
        (Get-ErrorOf { Send-ChatMessage $text -Session $c }).ErrorDetails.RecommendedAction | Should -BeLike '*-Split*'
        Send-ChatMessage $text -Session $c -Split
        (Receive-ChatMessage $s -Count 3 -TimeoutSeconds 20).Text | Should -Be 'The quick brown fox', 'jumps over the lazy', 'dog.'
    }

    It 'with turns, each part is sent in its turn, or nothing is sent' {
        $s, $c = New-Pair @{ MaxMessageLength = 10 }
        $tooLong = Get-ErrorOf { Send-ChatMessage 'one two three four' -Session $c -Split }
        $tooLong.FullyQualifiedErrorId | Should -BeLike 'NotYourTurn,*'
        $tooLong.ErrorDetails.RecommendedAction | Should -BeLike '*-AwaitReply*'
        $c.MessagesSent | Should -Be 0
        $job = Start-ModuleJob { 1..2 | ForEach-Object { Send-ChatMessage "got $((Receive-ChatMessage $using:s -TimeoutSeconds 20).Text.Length)" -Session $using:s } }
        (Send-ChatMessage 'one two three four' -Session $c -Split -AwaitReply -TimeoutSeconds 20).Text | Should -Be 'got 7', 'got 10'
        Complete-Job $job | Out-Null
        Send-ChatMessage short -Session $c -Split
        (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be short
    }
}

Describe 'Connect-ChatServer -HostName with several servers' {
    BeforeAll { $closed = New-ClosedPort }
    AfterEach { Stop-AllSessions }
    AfterAll { $closed.Socket.Dispose() }

    It 'connects to the first server that accepts the connection: <Name>' -ForEach @(
        @{ Name = 'a pair'; Room = @{} }
        @{ Name = 'a room'; Room = @{ Room = 'lobby' } }
    ) {
        $first, $second = 1..2 | ForEach-Object { Start-ChatServer 0 -BindAddress 127.0.0.1 @Room }
        $client = Connect-ChatServer "127.0.0.1:$($closed.Port)", 127.0.0.1, "127.0.0.1:$($second.Port)" $first.Port Ann @Room
        $client.HostName, $client.Port | Should -Be '127.0.0.1', $first.Port
        Send-ChatMessage hello -Session $client
        "$(Receive-ChatMessage $first -TimeoutSeconds 20)" | Should -BeExactly 'Ann> hello'
    }

    It 'reports the error of the last server' {
        $record = Get-ErrorOf { Connect-ChatServer 'no.such.host.invalid', "127.0.0.1:$($closed.Port)" -Handle Ann }
        $record.FullyQualifiedErrorId | Should -BeLike 'ConnectFailed,*'
        "$record" | Should -BeLike "*127.0.0.1:$($closed.Port)*"
    }

    It 'leaves time for the second server if the first one does not respond' {
        $silent = New-SilentPort
        try {
            $server = Start-ChatServer 0 -BindAddress 127.0.0.1
            (Connect-ChatServer "127.0.0.1:$($silent.Port)", 127.0.0.1 $server.Port Ann -TimeoutSeconds 4).Port | Should -Be $server.Port
        }
        finally { $silent.Sockets | ForEach-Object Dispose }
    }
}

Describe 'Connect-ChatServer -MaximumRetryCount' {
    AfterEach { Stop-AllSessions }

    It 'connects to a server that starts later' {
        $socket = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        $socket.Bind([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
        $port = $socket.LocalEndPoint.Port
        try {
            # The socket is bound and does not listen: connections are refused until the second retry is announced.
            $output = Connect-ChatServer 127.0.0.1 $port Chris -MaximumRetryCount 20 -RetryIntervalSeconds 0.05 -Verbose 4>&1 | ForEach-Object {
                if ("$_" -like '*Retry 2 of 20 *') { $socket.Listen(1) }
                $_
            }
            $output[-1].State | Should -Be Connected
            @($output -like '*Retry*') | Should -HaveCount 2
        }
        finally { $socket.Dispose() }
    }

    It 'reports the last error after the last retry, and does not retry an invalid handle' {
        $silent = New-SilentPort
        $silent.Sockets | ForEach-Object Dispose
        $watch = [Diagnostics.Stopwatch]::StartNew()
        (Get-ErrorOf { Connect-ChatServer 127.0.0.1 $silent.Port Chris -MaximumRetryCount 3 -RetryIntervalSeconds 0.2 }).FullyQualifiedErrorId |
            Should -BeLike 'ConnectFailed,*'
        $watch.ElapsedMilliseconds | Should -BeGreaterOrEqual 590
        $watch.Restart()
        (Get-ErrorOf { Connect-ChatServer 127.0.0.1 1 'not valid' -MaximumRetryCount 30 }).FullyQualifiedErrorId | Should -BeLike 'HandleInvalid,*'
        $watch.ElapsedMilliseconds | Should -BeLessThan 1000
    }
}

Describe 'Several scripts' {
    BeforeEach {
        Push-Location $TestDrive
        Get-ChildItem $TestDrive | Remove-Item -Recurse
    }
    AfterEach {
        Stop-AllSessions
        Pop-Location
    }

    It 'Invoke-ChatScript returns one result for each file, with a summary' {
        Set-Content a.chat 'Chris> one', 'HostA> ONE', 'Chris> \quit'
        Set-Content b.chat 'Chris> two', 'HostA> THREE', 'Chris> \quit'
        Set-Content c.chat 'Chris> four', 'HostA> FOUR', 'Chris> \quit'
        $s = Start-ChatServer 0 -Handle HostA -BindAddress 127.0.0.1
        $job = Start-ModuleJob {
            foreach ($text in 'one', 'two', 'four') {
                $c = Connect-ChatServer 127.0.0.1 ($using:s).Port Chris
                $text, '\quit' | Send-ChatMessage -Session $c -AwaitReply -TimeoutSeconds 20 -ErrorAction SilentlyContinue
            }
        }
        # The server has the role of HostA, so that b.chat sends THREE: no script fails.
        $results = Invoke-ChatScript *.chat -Session $s -TimeoutSeconds 20
        (Complete-Job $job).Text | Should -Be ONE, THREE, FOUR
        $results.Name | Should -Be a, b, c
        $results.Succeeded | Should -Be $true, $true, $true
        # A script that cannot run because an earlier one has failed has a result, too.
        $c = Connect-ChatServer 127.0.0.1 $s.Port Chris
        $job = Start-ModuleJob { Receive-ChatMessage $using:s; Send-ChatMessage no -Session $using:s }
        $failed = Invoke-ChatScript *.chat -Session $c -TimeoutSeconds 3 -ErrorVariable failures -ErrorAction SilentlyContinue
        $null = Complete-Job $job
        $failed | Should -HaveCount 3
        $failures | Should -HaveCount 3
        $failed.Reason | Should -Be ExpectationFailed, ReceiveTimedOut, ScriptInvalid
        $table = $failed | Format-Table | Out-String -Width 100
        $table | Should -Match 'Script +Succeeded +Line +Reason +Expected +Actual'
        $table | Should -Match 'a +False +2 +ExpectationFailed +ONE +no'
    }

    It 'Test-ChatScript parses only' {
        Set-Content good.chat 'Chris> one', 'HostA> ONE'
        Set-Content bad.chat '# a remark', 'no speaker here'
        Set-Content empty.chat ''
        $results = Test-ChatScript *.chat
        $results.Name | Should -Be bad, empty, good
        $results.IsValid | Should -Be $false, $false, $true
        $results[0].Line, $results[2].StepCount | Should -Be 2, 2
        $results[0].Message | Should -BeLike 'Line 2*'
        (Get-ChildItem good.chat | Test-ChatScript).IsValid | Should -BeTrue
        (Get-ErrorOf { Test-ChatScript none.chat }).FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*'
        $results | Out-String -Width 80 | Should -Match 'Script +IsValid +Message'
        Get-ChatSession | Should -BeNullOrEmpty
    }

    It 'the example of autograding displays who passed' {
        $docs = "$PSScriptRoot/../../docs"
        Copy-Item $docs/examples/programs, $docs/examples/scripts $TestDrive -Recurse
        Set-Content programs/silent.ps1 (Get-Content programs/ann.ps1 | Where-Object { $_ -notmatch 'WriteLine' })
        Copy-Item scripts/ann.chat scripts/silent.chat
        $page = Get-Content -Raw $docs/autograding.md
        $test, $run = [regex]::Matches($page, '(?s)```powershell\n(.*?)```') | ForEach-Object { $_.Groups[1].Value }
        (. ([scriptblock]::Create($test))).IsValid | Should -Be $true, $true, $true
        $table = . ([scriptblock]::Create($run.Replace('-TimeoutSeconds 5', '-TimeoutSeconds 3'))) | Out-String -Width 100
        $results.Name | Should -Be ann, bob, silent
        $results.Succeeded | Should -Be $true, $false, $false
        $results.Reason | Should -Be $null, ExpectationFailed, ReceiveTimedOut
        # The first rows are those of the page.
        $shown = [regex]::Match($page, '(?s)```text\n(Script .*?)```').Groups[1].Value
        ($table.Trim() -split '\r?\n' | Select-Object -First 4).TrimEnd() | Should -Be ($shown.Trim() -split '\n').TrimEnd()
    }
}
