BeforeAll {
    $manifest = $env:PSPAIRCHAT_MANIFEST
    Import-Module $manifest
    $initialize = [scriptblock]::Create("Import-Module '$manifest'")

    $talk = @'
# talk.chat: order something
Chris> order 12 bolts
HostA> ok *                        wildcards as in -like
Chris> when?
HostA> /^in (?<days>\d+) days$/    a regular expression; what it captures can be used below
Chris> fine, {days} days
Chris> \quit
'@
    $talkFile = Join-Path $TestDrive talk.chat
    Set-Content $talkFile $talk

    # Both ends of a talk in this process; what the host does runs in a thread of its own.
    function Open-Pair {
        param([scriptblock]$Play, [string]$TurnOrder = 'Alternate')
        $server = Start-ChatServer -Port 0 -Handle HostA -BindAddress 127.0.0.1 -TurnOrder $TurnOrder
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris -TurnOrder $TurnOrder
        while (-not $server.Peer) { Start-Sleep -Milliseconds 5 }
        $job = if ($Play) { Start-ThreadJob -InitializationScript $initialize -ArgumentList $server, $talkFile -ScriptBlock $Play }
        [pscustomobject]@{ Server = $server; Client = $client; Job = $job }
    }
}

AfterAll {
    Remove-Module PSPairChat
}

Describe 'Invoke-ChatScript' {
    AfterEach {
        Get-ChatSession | ForEach-Object Dispose
    }

    It 'drives both ends with one file, in two processes, and always comes out the same' {
        $serve = Join-Path $TestDrive serve.ps1
        Set-Content $serve @"
Import-Module '$manifest'
`$server = Start-ChatServer -Port 0 -Handle HostA -BindAddress 127.0.0.1
[Console]::Out.WriteLine(`$server.Port)
1..50 | ForEach-Object { ((Invoke-ChatScript '$talkFile' -Session `$server).Transcript | ForEach-Object ToString) -join '/' } | Sort-Object -Unique
"@
        $start = [Diagnostics.ProcessStartInfo]@{ FileName = (Get-Process -Id $PID).Path; Arguments = "-NoProfile -NonInteractive -File $serve"; RedirectStandardOutput = $true }
        $process = [Diagnostics.Process]::Start($start)
        try {
            $port = [int]$process.StandardOutput.ReadLine()
            $here = 1..50 | ForEach-Object {
                $client = Connect-ChatServer 127.0.0.1 $port Chris
                ((Invoke-ChatScript $talkFile -Session $client).Transcript | ForEach-Object ToString) -join '/'
            } | Sort-Object -Unique
            $there = $process.StandardOutput.ReadToEnd().Trim()
            $process.WaitForExit()
        } finally {
            if (-not $process.HasExited) { $process.Kill() }
        }
        $here | Should -BeExactly 'Chris> order 12 bolts/HostA> ok `*/Chris> when`?/HostA> in 1 days/Chris> fine, 1 days/Chris> \quit'
        $there | Should -BeExactly $here
    }

    It 'gives a result with everything in it' {
        $pair = Open-Pair { Invoke-ChatScript $args[1] -Session $args[0] -Variables @{ days = 3 } }
        $result = Invoke-ChatScript -Path $talkFile -Session $pair.Client
        $result.Succeeded | Should -BeTrue
        $result.Captures.days | Should -Be 3
        $result.Step.Line | Should -Be 7
        $result.Transcript.Count | Should -Be 6
        $result.Duration | Should -BeGreaterThan ([timespan]::Zero)
        $result.Reason | Should -BeNullOrEmpty
        ($result | Out-String) | Should -Match 'Chris> fine, 3 days\s+Chris> \\quit\s+Succeeded in'
        (Receive-Job $pair.Job -Wait).Succeeded | Should -BeTrue
    }

    It 'tells a failure as a result with the failing line marked, and as an error' {
        $pair = Open-Pair { $null = Receive-ChatMessage $args[0]; Send-ChatMessage sorry -Session $args[0] }
        $result = Invoke-ChatScript $talkFile -Session $pair.Client -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'ExpectationFailed,PSPairChat.Cmdlets.InvokeChatScriptCommand'
        $failure[0].TargetObject | Should -Be $result
        $result.Step.Line, $result.Expected, $result.Actual, $result.Reason | Should -Be 3, 'ok *', 'sorry', 'ExpectationFailed'
        ($result | Out-String) | Should -Match '  Chris> order 12 bolts\s+! HostA> sorry\s+ExpectationFailed after .* s: Line 3'
        $pair.Client.State | Should -Be Connected
    }

    It 'obeys -ErrorAction Stop' {
        $pair = Open-Pair
        { Invoke-ChatScript $talkFile -Session $pair.Client -TimeoutSeconds 0.05 -ErrorAction Stop } |
            Should -Throw -ErrorId 'ReceiveTimedOut,PSPairChat.Cmdlets.InvokeChatScriptCommand'
    }

    It 'tells <id> for <name>' -ForEach @(
        @{ Name = 'a peer that leaves'; Id = 'PeerQuit'; Line = 2; Parameters = @{}; Play = { $null = Receive-ChatMessage $args[0]; Disconnect-ChatSession $args[0] } }
        @{ Name = 'a deadline'; Id = 'ReceiveTimedOut'; Line = 2; Parameters = @{ DeadlineSeconds = 0.05 }; Play = { } }
        @{ Name = 'another answer'; Id = 'ExpectationFailed'; Line = 2; Parameters = @{}; Play = { $null = Receive-ChatMessage $args[0]; Send-ChatMessage no -Session $args[0] } }
    ) {
        $pair = Open-Pair $Play
        $result = 'Chris> a', 'HostA> ok' | Invoke-ChatScript -Session $pair.Client @Parameters -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure[0].Exception.Message | Should -BeLike "Line ${Line}: *"
        $result.Step.Line, $result.Reason | Should -Be $Line, $Id
    }

    It 'refuses <name> before the first byte, with line and column' -ForEach @(
        @{ Name = 'what is no line'; Lines = 'hello'; Where = 'Line 1, column 1: ' }
        @{ Name = 'a broken regular expression'; Lines = 'Chris> a', 'HostA> /(/'; Where = 'Line 2, column 9: ' }
        @{ Name = 'a broken turn order'; Lines = 'Chris> a', 'Chris> b'; Where = 'Line 2, column 1: ' }
        @{ Name = 'a line of 501 characters'; Lines = 'Chris> a', 'HostA> b', "Chris> $('x' * 501)"; Where = 'Line 3, column 8: ' }
        @{ Name = 'a name without a value'; Lines = 'Chris> {count}'; Where = 'Line 1, column 8: ' }
        @{ Name = 'a misspelt step'; Lines = @(@{ Sai = 'a' }); Where = 'Line 1, column 1: ' }
        @{ Name = 'a file that is not there'; Lines = $null; Where = '*none.chat* cannot be read' }
    ) {
        $pair = Open-Pair
        $failure = $null
        $result = if ($null -eq $Lines) { Invoke-ChatScript "$TestDrive/none.chat" -Session $pair.Client -ErrorVariable failure -ErrorAction SilentlyContinue }
        else { $Lines | Invoke-ChatScript -Session $pair.Client -ErrorVariable failure -ErrorAction SilentlyContinue }
        $result | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'ScriptInvalid,*'
        $failure[0].Exception.Message | Should -BeLike "$Where*"
        $pair.Client.MessagesSent | Should -Be 0
    }

    It 'takes steps from the pipeline, and a script block decides' {
        $pair = Open-Pair { Receive-ChatMessage $args[0]; Send-ChatMessage 'in 3 days' -Session $args[0]; Receive-ChatMessage $args[0] }
        $seen = @{}
        $result = @(
            @{ Say = 'when, {name}?' }
            [pscustomobject]@{ Expect = 'no *', '/in (?<days>\d+)/'; TimeoutSeconds = 10; Then = { $seen.Text = $_.Text; if ([int]$Matches.days -gt 2) { 'late' } } }
            @{ Say = 'never said'; Then = 'end' }
            @{ Label = 'late' }
            'Chris> {days} is late'
            ':end'
        ) | Invoke-ChatScript -Session $pair.Client -Variables @{ Name = 'dear' }
        $result.Transcript.Text | Should -Be 'when, dear?', 'in 3 days', '3 is late'
        $seen.Text | Should -Be 'in 3 days'
    }

    It 'fails where the script block <name>' -ForEach @(
        @{ Name = 'says no'; Then = { $false }; Why = '*says no*' }
        @{ Name = 'throws'; Then = { throw 'not that' }; Why = '*not that*' }
        @{ Name = 'names a label that is not there'; Then = { 'nowhere' }; Why = '*:nowhere*' }
    ) {
        $pair = Open-Pair { $null = Receive-ChatMessage $args[0]; Send-ChatMessage x -Session $args[0] }
        $result = @{ Say = 'a' }, @{ Expect = '*'; Then = $Then } | Invoke-ChatScript -Session $pair.Client -ErrorVariable failure -ErrorAction SilentlyContinue
        $result.Reason, $result.Actual | Should -Be 'ExpectationFailed', 'x'
        $failure[0].Exception.Message | Should -BeLike $Why
    }

    It 'replays a recorded talk' {
        $pair = Open-Pair
        'why? *' | Send-ChatMessage -Session $pair.Client
        $null = Receive-ChatMessage $pair.Server
        '[b] {days} -> x' | Send-ChatMessage -Session $pair.Server
        $null = Receive-ChatMessage $pair.Client
        Get-ChatTranscript $pair.Client | Set-Content "$TestDrive/recorded.chat"

        $again = Open-Pair { Invoke-ChatScript $args[1].Replace('talk.chat', 'recorded.chat') -Session $args[0] }
        (Invoke-ChatScript "$TestDrive/recorded.chat" -Session $again.Client).Succeeded | Should -BeTrue
        (Receive-Job $again.Job -Wait).Succeeded | Should -BeTrue
    }

    It 'speaks with nc' -Skip:(-not (Get-Command nc -CommandType Application -ErrorAction Ignore)) {
        $server = Start-ChatServer -Port 0 -Handle HostA -BindAddress 127.0.0.1
        $nc = [Diagnostics.Process]::Start([Diagnostics.ProcessStartInfo]@{
                FileName = 'nc'; Arguments = "127.0.0.1 $($server.Port)"; RedirectStandardInput = $true; RedirectStandardOutput = $true })
        try {
            $nc.StandardInput.WriteLine('order 12 bolts')
            $result = 'nc> /^order (?<count>\d+)/', 'HostA> {count}, ok' | Invoke-ChatScript -Session $server
            $nc.StandardOutput.ReadLine() | Should -BeExactly 'HostA> 12, ok'
            $nc.StandardInput.WriteLine('thanks')
            $thanks = 'nc> thanks' | Invoke-ChatScript -Session $server
            $nc.Kill()
            $end = 'nc> \quit' | Invoke-ChatScript -Session $server
        } finally {
            if (-not $nc.HasExited) { $nc.Kill() }
        }
        $result.Succeeded, $thanks.Succeeded, $end.Succeeded | Should -Be $true, $true, $true
    }
}

Describe 'Wait-ChatMessage' {
    AfterEach {
        Get-ChatSession | ForEach-Object Dispose
    }

    BeforeEach {
        $pair = Open-Pair -TurnOrder Free
        'one', 'two', 'READY 3', 'four' | Send-ChatMessage -Session $pair.Server
    }

    It 'gives the first message that matches and keeps the others in order: <name>' -ForEach @(
        @{ Name = 'a regular expression'; Parameters = @{ Pattern = '^ready \d' } }
        @{ Name = 'wildcards'; Parameters = @{ Like = 'ready*' } }
        @{ Name = 'a speaker'; Parameters = @{ Like = '*3'; From = 'hosta' } }
    ) {
        (Wait-ChatMessage @Parameters -Session $pair.Client).Text | Should -BeExactly 'READY 3'
        (Receive-ChatMessage $pair.Client -Count 3).Text | Should -Be 'one', 'two', 'four'
    }

    It 'gives up after its time and loses nothing' {
        { Wait-ChatMessage nothing -Session $pair.Client -TimeoutSeconds 0.3 -ErrorAction Stop } | Should -Throw -ErrorId 'ReceiveTimedOut,*'
        (Receive-ChatMessage $pair.Client -Count 4).Text | Should -Be 'one', 'two', 'READY 3', 'four'
    }

    It 'tells that the other end has left, and what was kept is still there' {
        Disconnect-ChatSession $pair.Server
        { Wait-ChatMessage nothing -Session $pair.Client -ErrorAction Stop } | Should -Throw -ErrorId 'PeerQuit,*'
        (Receive-ChatMessage $pair.Client -Count 4).Text | Should -Be 'one', 'two', 'READY 3', 'four'
    }

    It 'has a bounded inbox' {
        1..1000 | Send-ChatMessage -Session $pair.Server
        { Wait-ChatMessage nothing -Session $pair.Client -ErrorAction Stop } | Should -Throw -ErrorId 'InboxFull,*'
        (Receive-ChatMessage $pair.Client -Count 1004).Count | Should -Be 1004
    }
}

Describe 'In automation' {
    AfterEach {
        Get-ChatSession | ForEach-Object Dispose
    }

    It 'sessions go into thread jobs and parallel loops' {
        $pairs = 1..4 | ForEach-Object { Open-Pair { Invoke-ChatScript $args[1] -Session $args[0] } }
        $results = $pairs | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:manifest
            Invoke-ChatScript $using:talkFile -Session $_.Client
        }
        $results.Succeeded | Should -Be $true, $true, $true, $true
        ($pairs.Job | Receive-Job -Wait).Succeeded | Should -Be $true, $true, $true, $true
    }

    It 'many sessions of one runspace do not disturb each other' {
        $pairs = 1..20 | ForEach-Object { Open-Pair }
        foreach ($round in 1..3) {
            foreach ($i in 0..19) { Send-ChatMessage "$round from $i" -Session $pairs[$i].Client }
            foreach ($i in 19..0) {
                $message = Receive-ChatMessage $pairs[$i].Server
                $message.Text | Should -BeExactly "$round from $i"
                Send-ChatMessage $message.Text -Session $message.Session
            }
            foreach ($i in 0..19) { (Receive-ChatMessage $pairs[$i].Client).Text | Should -BeExactly "$round from $i" }
        }
    }

    It 'neither prompts nor writes to the host' {
        $probe = @"
Import-Module '$manifest'
`$server = Start-ChatServer -Port 0 -Handle HostA -BindAddress 127.0.0.1
`$client = Connect-ChatServer 127.0.0.1 `$server.Port Chris -TranscriptPath '$TestDrive/quiet.jsonl'
'Chris> a' | Invoke-ChatScript -Session `$client | Out-Null
Wait-ChatMessage -Session `$server | Out-Null
Get-ChatTranscript `$client | Out-Null
'a', 'HostA> b' | Invoke-ChatScript -Session `$client -ErrorAction SilentlyContinue | Out-Null
Stop-ChatServer `$server
"@
        $output = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $probe 2>&1
        $LASTEXITCODE | Should -Be 0
        $output | Should -BeNullOrEmpty
    }

    It 'the examples of the help run: an echo server, a health check, a barrier, a test double' {
        # an echo server
        $echo = Start-ChatServer -Port 0 -Handle echo -BindAddress 127.0.0.1
        $job = Start-ThreadJob -InitializationScript $initialize -ArgumentList $echo -ScriptBlock {
            $args[0] | Receive-ChatMessage -Wait | ForEach-Object { Send-ChatMessage $_.Text -Session $_.Session } }
        # a health check
        $check = 'probe> status', 'echo> st*', 'probe> \quit' |
            Invoke-ChatScript -Session (Connect-ChatServer 127.0.0.1 $echo.Port probe -TimeoutSeconds 3) -TimeoutSeconds 10
        $check.Succeeded | Should -BeTrue
        Stop-ChatServer $echo
        $null = Receive-Job $job -Wait

        # two hosts agree on a step
        $pair = Open-Pair { 'Chris> at step {step}', 'HostA> at step {step}' | Invoke-ChatScript -Session $args[0] -Variables @{ step = 3 } }
        ('Chris> at step {step}', 'HostA> at step {step}' | Invoke-ChatScript -Session $pair.Client -Variables @{ step = 3 }).Succeeded | Should -BeTrue
        (Receive-Job $pair.Job -Wait).Succeeded | Should -BeTrue

        # a test double of a line protocol
        $double = Start-ChatServer -Port 0 -Handle kv -BindAddress 127.0.0.1
        $job = Start-ThreadJob -InitializationScript $initialize -ArgumentList $double -ScriptBlock {
            'any> /^GET (?<key>\w+)$/', 'kv> VALUE {key} 42', 'any> \quit' | Invoke-ChatScript -Session $args[0] }
        $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $double.Port)
        $client.GetStream().Write([Text.Encoding]::ASCII.GetBytes("GET x`r`n"))
        [IO.StreamReader]::new($client.GetStream()).ReadLine() | Should -BeExactly 'kv> VALUE x 42'
        $client.Dispose()
        (Receive-Job $job -Wait).Succeeded | Should -BeTrue
    }
}
