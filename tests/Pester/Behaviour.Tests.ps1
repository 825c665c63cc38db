BeforeAll {
    . $PSScriptRoot/Peers.ps1

    function Get-Completion {
        param([string] $Line)
        (TabExpansion2 $Line $Line.Length).CompletionMatches
    }
}

Describe 'Completion' {
    AfterEach { Stop-AllSessions }

    It 'completes sessions by Name and by Id, with a description' {
        $s, $c = New-Pair
        $names = Get-Completion 'Send-ChatMessage x -Session '
        $names.CompletionText | Should -Be $s.Name, $c.Name
        $names[0].ToolTip | Should -BeLike "Server $($s.Name) (*:$($s.Port)), peer: *"
        (Get-Completion 'Get-ChatSession -Id ').CompletionText | Should -Be "$($s.Id)", "$($c.Id)"
        (Get-Completion "Receive-ChatMessage $($c.Name)").CompletionText | Should -Be $c.Name
    }

    It 'quotes names that are not one word' {
        $null = Start-ChatServer 0 -Name "Ann's desk; (1)"
        $completion = (Get-Completion 'Stop-ChatServer ').CompletionText
        $completion | Should -Be "'Ann''s desk; (1)'"
        & ([scriptblock]::Create("Stop-ChatServer $completion"))
        Get-ChatSession | Should -BeNullOrEmpty
    }

    It 'completes the hosts of previous connections, the most recent first' {
        $s = Start-ChatServer 0
        foreach ($name in '127.0.0.1', 'localhost') { Connect-ChatServer $name $s.Port Chris | Disconnect-ChatSession }
        (Get-Completion 'Connect-ChatServer ').CompletionText[0..1] | Should -Be localhost, '127.0.0.1'
        (Get-Completion 'Connect-ChatServer -HostName lo').CompletionText | Should -Be localhost
    }

    It 'completes dialects and members' {
        (Get-Completion 'Connect-ChatServer -Dialect Handle').CompletionText | Should -Contain HandleExchange
        (Get-Completion 'Start-ChatServer -Room x -Dialect ').CompletionText | Should -Be Text, Kutztown
        $room = Start-ChatServer 0 -Room lobby
        $null = Connect-ChatServer localhost $room.Port Ann -Room lobby
        Wait-For { $room.Members.Count }
        (Get-Completion 'Remove-ChatMember ').CompletionText | Should -Be Ann
        (Get-Completion "Send-ChatMessage x -Session $($room.Name) -To a").CompletionText | Should -Be Ann
    }

    It 'does not complete files: <_>' -ForEach @(
        'Connect-ChatServer h 1 ', 'Connect-ChatServer h ', 'Start-ChatServer ', 'Start-ChatServer -BindAddress ', 'Start-ChatServer -Room ', 'Start-ChatServer -Handle x'
        'Wait-ChatMessage -From ', 'Wait-ChatMessage -From z', 'Start-ChatServer -Room zz', 'Start-ChatServer -BindAddress 1', 'Invoke-ChatScript -Handle '
    ) {
        Push-Location $TestDrive
        'Here', 'zero', '1file' | ForEach-Object { Set-Content $_ x }
        try { (Get-Completion $_).ResultType | Should -Not -Contain ProviderItem }
        finally { Pop-Location }
    }

    It 'Stop-ChatServer completes servers only' {
        $s, $null = New-Pair
        (Get-Completion 'Stop-ChatServer ').CompletionText | Should -Be $s.Name
    }

    It 'does not throw and completes within 5 seconds: <_>' -ForEach @(
        'Send-ChatMessage x -Session nobody', "Send-ChatMessage x -Session '", 'Get-ChatSession -Id x', 'Connect-ChatServer [', 'Remove-ChatMember ', 'Send-ChatMessage -To * -Session 4711 -To '
        'Start-ChatServer -Dialect `'
    ) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        { $null = Get-Completion $_ } | Should -Not -Throw
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
    }
}

Describe 'Views' {
    BeforeAll {
        # One object of each type that a cmdlet returns.
        $server = Start-ChatServer 0 -BindAddress 127.0.0.1
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris
        $unsafeText = "a$([char]27)[31m$('long ' * 40)"
        Send-ChatMessage $unsafeText -Session $client
        $message = Receive-ChatMessage $server
        Send-ChatMessage ok -Session $server
        $null = Receive-ChatMessage $client
        $script = $(Start-ModuleJob { Receive-ChatMessage $using:server; Send-ChatMessage "no$([char]27)[2J" -Session $using:server } | Set-Variable job
            'Chris> x', 'chatserve> yes' | Invoke-ChatScript -Session $client -ErrorAction SilentlyContinue)
        $null = Complete-Job $job
        $room = Start-ChatServer 0 -Room lobby -BindAddress 127.0.0.1
        $member = Connect-ChatServer 127.0.0.1 $room.Port Ann -Room lobby
        Wait-For { $room.Members.Count }
        $objects = @{
            ChatSession = $server; ClientSession = $client; RoomSession = $room; RoomMemberSession = $member; ChatMessage = $message; ChatPeer = $server.Peer
            ChatScriptResult = $script; ChatTranscriptEntry = (Get-ChatTranscript $server | Where-Object Text -EQ $unsafeText)
            ChatMember = (Get-ChatMember -Session $room); ChatDialect = (Get-ChatDialect FixedLength)
        }
    }
    AfterAll { Stop-AllSessions }

    It '<_> has a table view and a list view of at most 80 columns, without type names and control characters' -ForEach @(
        'ChatSession', 'ClientSession', 'RoomSession', 'RoomMemberSession', 'ChatMessage', 'ChatPeer', 'ChatScriptResult', 'ChatTranscriptEntry', 'ChatMember', 'ChatDialect'
    ) {
        $object = $objects[$_]
        $object | Should -Not -BeNullOrEmpty
        $views = @{ Table = $object | Format-Table -Force | Out-String -Width 80; List = $object | Format-List -Force | Out-String -Width 80; Plain = $object | Out-String -Width 80 }
        foreach ($view in $views.GetEnumerator()) {
            $plain = $view.Value -replace '\x1b\[[\d;]*m(?=[\w ]+ *:|-|\s|$|[A-Z])'
            $plain | Should -Not -Match 'PSPairChat\.|System\.' -Because $view.Key
            $plain | Should -Not -Match '\x1b\[(31|2J)' -Because $view.Key
            # The console wraps a message that is displayed as a line.
            if ($view.Key -eq 'Plain' -and $_ -in 'ChatMessage', 'ChatTranscriptEntry') { continue }
            (($plain -split '\r?\n') | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80 -Because $view.Key
        }
        ($views.Table -split '\r?\n' | Where-Object { $_.Trim() })[1] | Should -Match '--'
        $views.List | Should -Match '(?m)^\S+ +: '
    }

    It 'displays messages and transcript entries as lines after an object of another type' {
        $entry = $objects.ChatTranscriptEntry
        $lines = $server, $message, $entry, (Get-Item $TestDrive), $message | Out-String -Stream -Width 500
        @($lines -match '^Chris> a.\[31mlong ') | Should -HaveCount 3
        $lines -match '^(Time|From|Text) +:' | Should -BeNullOrEmpty
    }

    It 'displays all columns in the constrained language mode' {
        $output = pwsh -NoProfile -NonInteractive -Command "Import-Module '$env:PSPAIRCHAT_MANIFEST'
            `$s = Start-ChatServer 0 -BindAddress 127.0.0.1; `$c = Connect-ChatServer 127.0.0.1 `$s.Port Chris; Send-ChatMessage one; `$message = Receive-ChatMessage `$s
            `$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
            `$message; `$message | Format-Table -Force; `$s | Format-Table; `$s.Peer | Format-Table; Get-ChatTranscript `$s | Select-Object -Last 1"
        $lines = $output -replace '\x1b\[[\d;]*m'
        @($lines -match '^Chris> one$') | Should -HaveCount 2
        $lines -match '^\d\d:\d\d:\d\d +Chris +one' | Should -HaveCount 1
        $lines -match '^ +1 Server +chatserve +Chris +\S+:\d+ +Connected +Mine' | Should -HaveCount 1
        $lines -match '^Chris +127\.0\.0\.1:\d+ +Line' | Should -HaveCount 1
    }

    It 'displays Time, From, and Text in a table of messages' {
        $header = ($message | Format-Table -Force | Out-String -Stream | Where-Object { $_.Trim() })[0]
        $header -replace '\x1b\[[\d;]*m' -split '\s+' -ne '' | Should -Be Time, From, Text
        ($message | Out-String -Width 300).Trim() | Should -BeLike "Chris> a$([char]0x241B)*long"
    }

    It 'displays a long message as one line if the output is redirected' {
        $s, $c = New-Pair
        Send-ChatMessage ('nice weather '.PadRight(480, [char]0x2800) + 'Bob> hi') -Session $c
        $received = Receive-ChatMessage $s
        ($received | Out-String -Width 60).Trim() | Should -Match '^Chris> nice weather.{467,}Bob> hi$'
        (Get-ChatTranscript $s | Out-String -Width 60) | Should -Match '(?m)^Chris> nice weather.{467,}Bob> hi\r?$'
    }

    It 'indents the rows after the first one of the result of a script' {
        $s, $c = New-Pair
        Send-ChatMessage ('nice weather '.PadRight(480, 'x') + 'Bob> hi') -Session $c
        $result = 'Chris> hello' | Invoke-ChatScript -Session $s -ErrorAction SilentlyContinue
        $rows = ($result | Format-Custom | Out-String -Width 60 -Stream) -match '\S'
        $rows | Should -Not -Match '^(Bob|x)'
    }
}

Describe 'PowerShell conventions' {
    AfterEach { Stop-AllSessions }

    It 'Get-ChatSession finds a session by its Id' {
        $s = Start-ChatServer 0
        (Get-ChatSession $s.Id).Name | Should -Be $s.Name
    }

    It 'a session name that cannot identify one session is the error SessionNameInvalid: <_>' -ForEach @('taken', 'TAKEN', '4711', 'a*', 'b[1]') {
        $null = Start-ChatServer 0 -Name taken
        (Get-ErrorOf { Start-ChatServer 0 -Name $_ }).FullyQualifiedErrorId | Should -BeLike 'SessionNameInvalid,*'
        (Get-ErrorOf { Connect-ChatServer localhost 1 Chris -Name $_ }).FullyQualifiedErrorId | Should -BeLike 'SessionNameInvalid,*'
    }

    It 'Start-ChatServer -WhatIf does not listen' {
        Start-ChatServer 0 -WhatIf | Should -BeNullOrEmpty
        Get-ChatSession | Should -BeNullOrEmpty
    }

    It 'Connect-ChatServer binds properties of the input' {
        $s = Start-ChatServer 0 -BindAddress localhost
        "HostName,Port,Handle,Name`n127.0.0.1,$($s.Port),Ann,first" | ConvertFrom-Csv | Connect-ChatServer | ForEach-Object { "$($_.Handle) $_" } | Should -Be 'Ann first'
    }

    It 'the default handle is the name of the user, without other characters' {
        $s = Start-ChatServer 0
        (Connect-ChatServer localhost $s.Port).Handle | Should -Be (-join ([Environment]::UserName -replace '[^\p{L}\p{Nd}._-]')[0..9])
    }

    It 'accepts <_> as HostName' -ForEach '127.0.0.1:{0}', 'tcp://127.0.0.1:{0}', 'tcp://127.0.0.1:{0}/', '[::1]:{0}' {
        $s = Start-ChatServer 0
        $c = Connect-ChatServer ($_ -f $s.Port) -Handle Chris
        $c.Port | Should -Be $s.Port
        $c.HostName | Should -BeIn '127.0.0.1', '::1'
    }

    It 'rejects <_> as HostName' -ForEach 'http://flip1', 'flip1:70000', 'flip1:x', 'flip1/chat' {
        (Get-ErrorOf { Connect-ChatServer $_ -Handle Chris }).FullyQualifiedErrorId | Should -BeLike 'HostNotFound,*'
    }

    It 'the host name of a server is the address that it listens on' {
        (Start-ChatServer 0 -BindAddress 127.0.0.1).HostName | Should -Be 127.0.0.1
        (Start-ChatServer 0 -BindAddress localhost -Room lobby).HostName | Should -Be 127.0.0.1
        (Start-ChatServer 0).HostName | Should -Be ([Net.Dns]::GetHostName())
    }

    It 'PSDefaultParameterValues applies to all cmdlets' {
        $s = Start-ChatServer 0
        $PSDefaultParameterValues = @{ '*-Chat*:Port' = $s.Port; 'Connect-ChatServer:HostName' = 'localhost'; '*-Chat*:TimeoutSeconds' = 20 }
        (Connect-ChatServer -Handle Chris).Port | Should -Be $s.Port
    }

    It 'ConvertTo-Json writes only the data of a message' {
        $s, $c = New-Pair
        Send-ChatMessage 'say "hi"' -Session $c
        $message = Receive-ChatMessage $s
        $json = $message | ConvertTo-Json -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $json.Length | Should -BeLessThan 300
        $copy = $json | ConvertFrom-Json
        $copy.Text | Should -Be 'say "hi"'
        $copy.From | Should -Be Chris
        $copy.Sequence | Should -Be 1
        $copy.IsMine | Should -BeFalse
        [datetime] $copy.Time | Should -Be $message.Time
        # The session is not serialized, but available.
        $message.Session | Should -Be $s
    }

    It 'ConvertTo-Json writes the properties of a session as values' {
        $s, $c = New-Pair
        Send-ChatMessage hi -Session $c
        $copy = $s | ConvertTo-Json -WarningVariable warnings | ConvertFrom-Json
        $warnings | Should -BeNullOrEmpty
        $copy.Role, $copy.State, $copy.Turn | Should -Be Server, Connected, Theirs
        $copy.LocalEndPoint | Should -Be "127.0.0.1:$($s.Port)"
        $copy.Peer.RemoteEndPoint | Should -Be $c.LocalEndPoint
        (Get-ChatTranscript $s)[0] | ConvertTo-Json | ConvertFrom-Json | ForEach-Object Notice | Should -Be Lifecycle
        (Get-ChatTranscript $s)[0].Notice | Should -Be Lifecycle
    }

    It 'a removed member has the CloseReason Removed, and a session without a peer has no Turn' {
        $room = Start-ChatServer 0 -Room lobby -BindAddress 127.0.0.1
        $room.Turn | Should -BeNullOrEmpty
        $ann = Connect-ChatServer 127.0.0.1 $room.Port Ann -Room lobby
        Remove-ChatMember Ann -Session $room
        Receive-ChatMessage $ann -TimeoutSeconds 20
        $ann.CloseReason | Should -Be Removed
        $ann.Turn | Should -BeNullOrEmpty
        $ann.Peer | Should -BeNullOrEmpty
    }

    It 'a session has the path of the module, with which a thread job and a parallel loop import it' {
        $s, $c = New-Pair
        $job = Start-ThreadJob { Import-Module ($using:c).ModulePath; Send-ChatMessage hi -Session $using:c }
        (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be hi
        Complete-Job $job
        $s | ForEach-Object -Parallel { Import-Module $_.ModulePath; Send-ChatMessage hello -Session $_ }
        (Receive-ChatMessage $c -TimeoutSeconds 20).Text | Should -Be hello
        $s.ModulePath | Should -Be (Resolve-Path $env:PSPAIRCHAT_MANIFEST).ProviderPath
    }

    It 'UnreadCount is the number of messages that have arrived' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'one', 'two' | Send-ChatMessage -Session $c
        Wait-For { (Get-ChatSession -Id $s.Id).UnreadCount -eq 2 }
        (Receive-ChatMessage $s).Text | Should -Be one
        $s.UnreadCount | Should -Be 1
    }

    It 'sessions can be closed with arrays of sessions, Ids and Names' {
        $servers = 1..3 | ForEach-Object { Start-ChatServer 0 -BindAddress 127.0.0.1 }
        $clients = $servers | ForEach-Object { Connect-ChatServer 127.0.0.1 $_.Port Chris }
        (Disconnect-ChatSession $clients[0], $clients[1].Id, $clients[2].Name -PassThru).State | Should -Be Closed, Closed, Closed
        (Get-ErrorOf { Stop-ChatServer $servers[0], nobody }).FullyQualifiedErrorId | Should -BeLike 'SessionNotFound,*'
        Stop-ChatServer $servers
        Get-ChatSession | Should -BeNullOrEmpty
    }

    It 'Export-Clixml preserves the fields of a message in a small file' {
        $s, $c = New-Pair
        Send-ChatMessage hi -Session $c
        $message = Receive-ChatMessage $s
        $message | Export-Clixml (Join-Path $TestDrive message.xml)
        $copy = Import-Clixml (Join-Path $TestDrive message.xml)
        foreach ($field in 'Sequence', 'Time', 'From', 'Text', 'IsMine') { $copy.$field | Should -Be $message.$field }
        "$copy" | Should -Be 'Chris> hi'
        ($copy | Out-String).Trim() | Should -Be 'Chris> hi'
        (Get-Item (Join-Path $TestDrive message.xml)).Length | Should -BeLessThan 4000
    }

    It 'objects of a room with many members serialize to small files' {
        $room = Start-ChatServer 0 -Room lobby -BindAddress 127.0.0.1
        $letters = 'A'..'Z' -ne 'I'     # II looks like ll
        $members = foreach ($letter in $letters) { Connect-ChatServer 127.0.0.1 $room.Port "$letter$letter" -Room lobby }
        Send-ChatMessage hi -Session $members[0]
        $message = Receive-ChatMessage $room -TimeoutSeconds 20
        ($message | ConvertTo-Json).Length | Should -BeLessThan 300
        foreach ($object in $message, $room, $members[0], (Get-ChatMember -Session $room)[0]) {
            [Management.Automation.PSSerializer]::Serialize($object).Length | Should -BeLessThan 6000
        }
        (Get-ChatMember -Session $room)[0] | ConvertTo-Json -WarningVariable warnings | Should -Not -Match lobby
        $warnings | Should -BeNullOrEmpty
    }

    It 'ErrorAction determines the response to an error' {
        $s, $c = New-Pair
        Send-ChatMessage x -Session $s -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors.Count | Should -Be 1
        { Send-ChatMessage x -Session $s -ErrorAction Stop } | Should -Throw -ErrorId 'NotYourTurn,*'
        $before = $Error.Count
        Send-ChatMessage x -Session $s -ErrorAction Ignore
        $Error.Count | Should -Be $before
    }

    It 'WhatIf describes the operation, and Confirm prompts' {
        $s, $c = New-Pair
        $output = pwsh -NoProfile -NonInteractive -Command "Import-Module '$env:PSPAIRCHAT_MANIFEST'; `$null = Start-ChatServer 0 -Name desk; Stop-ChatServer -WhatIf; (Get-ChatSession).State; Stop-ChatServer -Confirm" 2>$null
        "$output" | Should -BeLike 'What if: Performing the operation "Stop" on target "Server desk (*), peer: none". Listening*'
        foreach ($name in 'Disconnect-ChatSession', 'Stop-ChatServer', 'Remove-ChatMember') { (Get-Command $name).Parameters.Keys | Should -Contain WhatIf }
    }

    It 'Verbose reports the events of a session' {
        $s = Start-ChatServer 0 -Verbose 4>&1 | Select-Object -Skip 1   # without the message of ShouldProcess
        $c = Connect-ChatServer 127.0.0.1 $s[1].Port Chris -Verbose 4>&1
        Send-ChatMessage hi -Session $c[1]
        $received = Receive-ChatMessage $s[1] -Verbose 4>&1
        $end = Stop-ChatServer $s[1] -Verbose 4>&1
        "$($s[0])" | Should -BeLike 'Listening on *.'
        "$($c[0])" | Should -BeLike 'Connected to 127.0.0.1:*.'
        "$received" | Should -BeLike 'Chris speaks *Chris> hi'
        "$end" | Should -BeLike '*Stopped listening on *.'
    }

    It 'Ctrl+C stops a connection attempt' {
        $silent = New-SilentPort
        try {
            $shell = [powershell]::Create().AddScript({ param($module, $port) Import-Module $module; 'ready'; Connect-ChatServer 127.0.0.1 $port Chris -TimeoutSeconds 600 }).
                AddArgument($env:PSPAIRCHAT_MANIFEST).AddArgument($silent.Port)
            $output = [Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
            Wait-For { $output.Count }
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
            $running.IsCompleted | Should -BeTrue
            $shell.Dispose()
        }
        finally { $silent.Sockets | ForEach-Object Dispose }
    }

    It 'a script displays no progress' {
        $output = pwsh -NoProfile -NonInteractive -Command "Import-Module '$env:PSPAIRCHAT_MANIFEST'; `$null = Start-ChatServer 0; Receive-ChatMessage -TimeoutSeconds 2.5 -ErrorAction Ignore" 2>&1
        "$output" | Should -BeNullOrEmpty
    }
}

Describe 'At a console' -Skip:(-not (Get-Command tmux -CommandType Application -ErrorAction Ignore)) {
    BeforeAll {
        $socket = "pspairchat-$([guid]::NewGuid().ToString('N'))"
        $env:LC_ALL = 'C.UTF-8'
        $setup = "function prompt { 'PS> ' }; Import-Module '$env:PSPAIRCHAT_MANIFEST'; [void] (Start-ChatServer 0 -Name desk)"
        tmux -u -L $socket -f /dev/null new-session -d -x 80 -y 20 "$([Environment]::ProcessPath) -NoProfile -NoLogo -NoExit -Command `"$setup`"" ';' set -g status off

        function Get-Screen { (tmux -L $socket capture-pane -p) -join "`n" }
    }
    AfterAll { tmux -L $socket kill-server }

    It 'a long wait displays progress, and Ctrl+C stops the wait but not the session' {
        Wait-For { (Get-Screen) -match '(?m)^PS>' } -TimeoutSeconds 60
        tmux -L $socket send-keys 'Receive-ChatMessage' Enter
        Wait-For { (Get-Screen) -match 'Waiting for a message' } -TimeoutSeconds 60
        tmux -L $socket send-keys C-c
        Wait-For { (Get-Screen) -match 'PS>\s*\z' -and (Get-Screen) -notmatch 'Waiting for' } -TimeoutSeconds 60
        tmux -L $socket send-keys '"state: $((Get-ChatSession desk).State)"' Enter
        Wait-For { (Get-Screen) -match 'state: Listening' } -TimeoutSeconds 60
    }
}
