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

    # Opens both sessions of a conversation; the script block runs in a thread job with the server session.
    function Open-Pair {
        param([scriptblock]$ServerScript, [string]$TurnOrder = 'Alternate')
        $server = Start-ChatServer -Port 0 -Handle HostA -BindAddress 127.0.0.1 -TurnOrder $TurnOrder
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris -TurnOrder $TurnOrder
        while (-not $server.Peer) { Start-Sleep -Milliseconds 5 }
        $job = if ($ServerScript) { Start-ThreadJob -InitializationScript $initialize -ArgumentList $server, $talkFile -ScriptBlock $ServerScript }
        [pscustomobject]@{ Server = $server; Client = $client; Job = $job }
    }
}

AfterAll {
    Remove-Module PSPairChat
}

Describe 'Invoke-ChatScript' {
    It '-Path resolves wildcards, and -LiteralPath does not' {
        Set-Content -LiteralPath "$TestDrive/greet[1].chat" 'HostA> one'
        Set-Content "$TestDrive/greet1.chat" 'HostA> two'
        $pair = Open-Pair -TurnOrder Free
        (Invoke-ChatScript "$TestDrive/greet[1].chat" -Session $pair.Server).Transcript.Text | Should -Be two
        (Invoke-ChatScript -LiteralPath "$TestDrive/greet[1].chat" -Session $pair.Server).Transcript.Text | Should -Be one
        (Invoke-ChatScript "$TestDrive/greet*.chat" -Session $pair.Server).Transcript.Text | Sort-Object | Should -Be one, two
        { Invoke-ChatScript "$TestDrive/none*.chat" -Session $pair.Server -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
    }

    It 'sends nothing if one of several scripts is invalid' {
        Set-Content "$TestDrive/mixed1.chat" 'HostA> one'
        Set-Content "$TestDrive/mixed2.chat" 'not a line'
        $pair = Open-Pair -TurnOrder Free
        { Invoke-ChatScript "$TestDrive/mixed*.chat" -Session $pair.Server -ErrorAction Stop } | Should -Throw -ErrorId 'ScriptInvalid,*'
        $pair.Server.MessagesSent | Should -Be 0
    }

    It '-Handle selects the lines that are sent' {
        $pair = Open-Pair -TurnOrder Free
        ('Ann> hello' | Invoke-ChatScript -Session $pair.Client -Handle Ann).Succeeded | Should -BeTrue
        (Receive-ChatMessage $pair.Server -TimeoutSeconds 20).Text | Should -Be hello
    }

    AfterEach {
        Get-ChatSession | ForEach-Object Dispose
    }

    It 'runs one script at both sides in two processes, with the same result each time' {
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

    It 'returns a result with all properties' {
        $pair = Open-Pair { Invoke-ChatScript $args[1] -Session $args[0] -Variable @{ days = 3 } }
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

    It 'returns a result that marks the failing line, and writes an error' {
        $pair = Open-Pair { $null = Receive-ChatMessage $args[0]; Send-ChatMessage sorry -Session $args[0] }
        $result = Invoke-ChatScript $talkFile -Session $pair.Client -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'ExpectationFailed,PSPairChat.Cmdlets.InvokeChatScriptCommand'
        $failure[0].TargetObject | Should -Be $result
        $result.Step.Line, $result.Expected, $result.Actual, $result.Reason | Should -Be 3, 'ok *', 'sorry', 'ExpectationFailed'
        ($result | Out-String) | Should -Match '  Chris> order 12 bolts\s+! HostA> sorry\s+ExpectationFailed after .* s: Line 3'
        $pair.Client.State | Should -Be Connected
    }

    It 'supports -ErrorAction Stop' {
        $pair = Open-Pair
        { Invoke-ChatScript $talkFile -Session $pair.Client -TimeoutSeconds 0.05 -ErrorAction Stop } |
            Should -Throw -ErrorId 'ReceiveTimedOut,PSPairChat.Cmdlets.InvokeChatScriptCommand'
    }

    It '<name> is the error <id>' -ForEach @(
        @{ Name = 'a peer that leaves'; Id = 'PeerQuit'; Line = 2; Parameters = @{}; ServerScript = { $null = Receive-ChatMessage $args[0]; Disconnect-ChatSession $args[0] } }
        @{ Name = 'the total timeout'; Id = 'ReceiveTimedOut'; Line = 2; Parameters = @{ TotalTimeoutSeconds = 0.05 }; ServerScript = { } }
        @{ Name = 'an unexpected reply'; Id = 'ExpectationFailed'; Line = 2; Parameters = @{}; ServerScript = { $null = Receive-ChatMessage $args[0]; Send-ChatMessage no -Session $args[0] } }
    ) {
        $pair = Open-Pair $ServerScript
        $result = 'Chris> a', 'HostA> ok' | Invoke-ChatScript -Session $pair.Client @Parameters -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure[0].Exception.Message | Should -BeLike "Line ${Line}: *"
        $result.Step.Line, $result.Reason | Should -Be $Line, $Id
    }

    It '<name> is an error with line and column before anything is sent' -ForEach @(
        @{ Name = 'a line without a handle'; Lines = 'hello'; Where = 'Line 1, column 1: ' }
        @{ Name = 'an invalid regular expression'; Lines = 'Chris> a', 'HostA> /(/'; Where = 'Line 2, column 9: ' }
        @{ Name = 'two lines in one turn'; Lines = 'Chris> a', 'Chris> b'; Where = 'Line 2, column 1: ' }
        @{ Name = 'a line of 501 characters'; Lines = 'Chris> a', 'HostA> b', "Chris> $('x' * 501)"; Where = 'Line 3, column 8: ' }
        @{ Name = 'a placeholder without a value'; Lines = 'Chris> {count}'; Where = 'Line 1, column 8: ' }
        @{ Name = 'an unknown key'; Lines = @(@{ Sai = 'a' }); Where = 'Line 1, column 1: ' }
        @{ Name = 'an empty script'; Lines = '# nothing'; Where = 'Line 1, column 1: ' }
    ) {
        $pair = Open-Pair
        $failure = $null
        $result = $Lines | Invoke-ChatScript -Session $pair.Client -ErrorVariable failure -ErrorAction SilentlyContinue
        $result | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'ScriptInvalid,*'
        $failure[0].Exception.Message | Should -BeLike "$Where*"
        $pair.Client.MessagesSent | Should -Be 0
    }

    It 'accepts steps from the pipeline, and a script block selects the next step' {
        $pair = Open-Pair { Receive-ChatMessage $args[0]; Send-ChatMessage 'in 3 days' -Session $args[0]; Receive-ChatMessage $args[0] }
        $block = @{}
        $result = @(
            @{ Say = 'when, {name}?' }
            [pscustomobject]@{ Expect = 'no *', '/in (?<days>\d+)/'; TimeoutSeconds = 10; Then = { $block.Text = $_.Text; if ([int]$Matches.days -gt 2) { 'late' } } }
            @{ Say = 'never said'; Then = 'end' }
            @{ Label = 'late' }
            'Chris> {days} is late'
            ':end'
        ) | Invoke-ChatScript -Session $pair.Client -Variable @{ Name = 'dear' }
        $result.Transcript.Text | Should -Be 'when, dear?', 'in 3 days', '3 is late'
        $block.Text | Should -Be 'in 3 days'
    }

    It 'fails if the script block <name>' -ForEach @(
        @{ Name = 'returns $false'; Then = { $false }; Message = '*returned $false*' }
        @{ Name = 'throws'; Then = { throw 'not that' }; Message = '*not that*' }
        @{ Name = 'returns an unknown label'; Then = { 'nowhere' }; Message = '*:nowhere*' }
    ) {
        $pair = Open-Pair { $null = Receive-ChatMessage $args[0]; Send-ChatMessage x -Session $args[0] }
        $result = @{ Say = 'a' }, @{ Expect = '*'; Then = $Then } | Invoke-ChatScript -Session $pair.Client -ErrorVariable failure -ErrorAction SilentlyContinue
        $result.Reason, $result.Actual | Should -Be 'ExpectationFailed', 'x'
        $failure[0].Exception.Message | Should -BeLike $Message
    }

    It 'runs a recorded transcript' {
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

    It 'runs with nc as the peer' -Skip:(-not (Get-Command nc -CommandType Application -ErrorAction Ignore)) {
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

    It 'returns the first match and defers the other messages in order: <name>' -ForEach @(
        @{ Name = 'a regular expression'; Parameters = @{ Pattern = '^ready \d' } }
        @{ Name = 'a wildcard pattern'; Parameters = @{ Like = 'ready*' } }
        @{ Name = 'a sender'; Parameters = @{ Like = '*3'; From = 'hosta' } }
    ) {
        (Wait-ChatMessage @Parameters -Session $pair.Client).Text | Should -BeExactly 'READY 3'
        (Receive-ChatMessage $pair.Client -Count 3).Text | Should -Be 'one', 'two', 'four'
    }

    It 'loses no message when the timeout expires' {
        { Wait-ChatMessage nothing -Session $pair.Client -TimeoutSeconds 0.3 -ErrorAction Stop } | Should -Throw -ErrorId 'ReceiveTimedOut,*'
        (Receive-ChatMessage $pair.Client -Count 4).Text | Should -Be 'one', 'two', 'READY 3', 'four'
    }

    It 'reports that the peer left, and keeps the deferred messages' {
        Disconnect-ChatSession $pair.Server
        { Wait-ChatMessage nothing -Session $pair.Client -ErrorAction Stop } | Should -Throw -ErrorId 'PeerQuit,*'
        (Receive-ChatMessage $pair.Client -Count 4).Text | Should -Be 'one', 'two', 'READY 3', 'four'
    }

    It 'defers a limited number of messages' {
        1..1000 | Send-ChatMessage -Session $pair.Server
        { Wait-ChatMessage nothing -Session $pair.Client -ErrorAction Stop } | Should -Throw -ErrorId 'InboxFull,*'
        (Receive-ChatMessage $pair.Client -Count 1004).Count | Should -Be 1004
    }
}

Describe 'Automation' {
    AfterEach {
        Get-ChatSession | ForEach-Object Dispose
    }

    It 'sessions work in thread jobs and parallel loops' {
        $pairs = 1..4 | ForEach-Object { Open-Pair { Invoke-ChatScript $args[1] -Session $args[0] } }
        $results = $pairs | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:manifest
            Invoke-ChatScript $using:talkFile -Session $_.Client
        }
        $results.Succeeded | Should -Be $true, $true, $true, $true
        ($pairs.Job | Receive-Job -Wait).Succeeded | Should -Be $true, $true, $true, $true
    }

    It 'many sessions work in one runspace' {
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

    It 'cmdlets neither prompt nor write to the host' {
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

    It 'common tasks work: an echo server, a health check, a barrier, and a test double' {
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

        # a barrier: two hosts reach the same step
        $pair = Open-Pair { 'Chris> at step {step}', 'HostA> at step {step}' | Invoke-ChatScript -Session $args[0] -Variable @{ step = 3 } }
        ('Chris> at step {step}', 'HostA> at step {step}' | Invoke-ChatScript -Session $pair.Client -Variable @{ step = 3 }).Succeeded | Should -BeTrue
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
