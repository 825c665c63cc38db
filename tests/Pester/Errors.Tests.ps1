BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'Errors have an id, a category, and a recommended action' {
    AfterEach { Stop-AllSessions }

    BeforeAll {
        function Test-ErrorRecord {
            param([string] $Reason, [string] $Category, [scriptblock] $Script)
            $record = Get-ErrorOf $Script
            $record | Should -Not -BeNullOrEmpty
            $record.FullyQualifiedErrorId | Should -BeLike "$Reason,PSPairChat.Cmdlets.*"
            $record.CategoryInfo.Category | Should -Be $Category
            $record.Exception.Reason | Should -Be $Reason
            $record.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
    }

    It '<Reason>' -ForEach @(
        @{ Reason = 'NotYourTurn'; Category = 'InvalidOperation'; Script = { $s, $null = New-Pair; Send-ChatMessage x -Session $s -ErrorAction Stop } }
        @{ Reason = 'YourTurn'; Category = 'InvalidOperation'; Script = { $null, $c = New-Pair; Receive-ChatMessage $c -ErrorAction Stop } }
        @{ Reason = 'NoPeer'; Category = 'InvalidOperation'; Script = { Start-ChatServer 0 -TurnOrder Free; Send-ChatMessage x } }
        @{ Reason = 'NotYourTurn'; Category = 'InvalidOperation'; Script = { Start-ChatServer 0; Send-ChatMessage x -ErrorAction Stop } }
        @{ Reason = 'MessageTooLong'; Category = 'InvalidArgument'; Script = { New-Pair; Send-ChatMessage ('x' * 501) -ErrorAction Stop } }
        @{ Reason = 'MessageEmpty'; Category = 'InvalidArgument'; Script = { New-Pair; Send-ChatMessage '' -ErrorAction Stop } }
        @{ Reason = 'MessageEmpty'; Category = 'InvalidArgument'; Script = { New-Pair; Send-ChatMessage $null -ErrorAction Stop } }
        @{ Reason = 'MessageInvalid'; Category = 'InvalidArgument'; Script = { New-Pair; Send-ChatMessage "a`nb" -ErrorAction Stop } }
        @{ Reason = 'HandleInvalid'; Category = 'InvalidArgument'; Script = { Start-ChatServer 0 -Handle 01234567890 } }
        @{ Reason = 'HandleInvalid'; Category = 'InvalidArgument'; Script = { Connect-ChatServer localhost 1 'Chris B' } }
        @{ Reason = 'HandleInvalid'; Category = 'InvalidArgument'; Script = { Connect-ChatServer localhost 1 '' } }
        @{ Reason = 'PortInUse'; Category = 'ResourceExists'; Script = { $s = Start-ChatServer 0; Start-ChatServer $s.Port } }
        @{ Reason = 'SessionClosed'; Category = 'ResourceUnavailable'; Script = { $null, $c = New-Pair; Disconnect-ChatSession $c; Send-ChatMessage x -Session $c } }
        @{ Reason = 'SessionClosed'; Category = 'ResourceUnavailable'; Script = { $null, $c = New-Pair; Disconnect-ChatSession $c; Receive-ChatMessage $c } }
        @{ Reason = 'PeerQuit'; Category = 'ResourceUnavailable'; Script = { $s, $c = New-Pair; Disconnect-ChatSession $s; Send-ChatMessage x -Session $c } }
        @{ Reason = 'HostNotFound'; Category = 'ConnectionError'; Script = { Connect-ChatServer no-such-host.invalid 1 Chris } }
        @{ Reason = 'ConnectFailed'; Category = 'ConnectionError'; Script = { Connect-ChatServer localhost 1 Chris } }
        @{ Reason = 'ReceiveTimedOut'; Category = 'OperationTimeout'; Script = { Start-ChatServer 0; Receive-ChatMessage -TimeoutSeconds 0.1 -ErrorAction Stop } }
        @{ Reason = 'SessionNotFound'; Category = 'ObjectNotFound'; Script = { Send-ChatMessage x } }
        @{ Reason = 'SessionNotFound'; Category = 'ObjectNotFound'; Script = { Receive-ChatMessage -Session nobody } }
        @{ Reason = 'SessionNotFound'; Category = 'ObjectNotFound'; Script = { 'nobody' | Receive-ChatMessage } }
        @{ Reason = 'SessionNotFound'; Category = 'ObjectNotFound'; Script = { Invoke-ChatScript -InputObject 'a' -Session 4711 } }
        @{ Reason = 'SessionNotFound'; Category = 'ObjectNotFound'; Script = { Get-ChatSession -Id 4711 -ErrorAction Stop } }
        @{ Reason = 'SessionNotFound'; Category = 'ObjectNotFound'; Script = { $null, $c = New-Pair; Stop-ChatServer $c } }
        @{ Reason = 'DialectNotFound'; Category = 'ObjectNotFound'; Script = { Connect-ChatServer localhost 1 Chris -Dialect Klingon } }
        @{ Reason = 'DialectNotFound'; Category = 'ObjectNotFound'; Script = { New-ChatDialect Mine -BasedOn Klingon } }
        @{ Reason = 'NoPeer'; Category = 'InvalidOperation'; Script = { Get-ChatMember -Session (Start-ChatServer 0) } }
        @{ Reason = 'NoPeer'; Category = 'InvalidOperation'; Script = { Remove-ChatMember Ann -Session (Start-ChatServer 0) } }
    ) { Test-ErrorRecord $Reason $Category $Script }

    It 'the recommended action fits the error of <Name>' -ForEach @(
        @{ Name = 'a client session'; Script = { $null, $c = New-Pair; Stop-ChatServer $c }; Action = '*Disconnect-ChatSession*' }
        @{ Name = 'an unknown session'; Script = { Stop-ChatServer nobody }; Action = '*Get-ChatSession*' }
        @{ Name = 'a pair session in place of a room'; Script = { Get-ChatMember -Session (Start-ChatServer 0) }; Action = 'Specify the session of a room*' }
        @{ Name = 'a server without a client'; Script = { Start-ChatServer 0 -TurnOrder Free; Send-ChatMessage x }; Action = '*wait for a client*' }
        @{ Name = 'an unknown room dialect'; Script = { Start-ChatServer 0 -Room lobby -Dialect Klingon }; Action = 'Specify Text or Kutztown*' }
        @{ Name = 'a missing script file'; Script = { $null = Start-ChatServer 0; Invoke-ChatScript none.chat -ErrorAction Stop }; Action = '*script file*' }
        @{ Name = 'a script path that is not a file'; Script = { $null = Start-ChatServer 0; Invoke-ChatScript -LiteralPath variable:x -ErrorAction Stop }; Action = '*script file*' }
        @{ Name = 'a script with a syntax error'; Script = { $null = Start-ChatServer 0; 'hello' | Invoke-ChatScript -ErrorAction Stop }; Action = 'Correct the script*' }
    ) { (Get-ErrorOf $Script).ErrorDetails.RecommendedAction | Should -BeLike $Action }

    It 'an unknown session is the target object of the error' {
        (Get-ErrorOf { Receive-ChatMessage -Session nobody }).TargetObject | Should -Be nobody
        (Get-ErrorOf { 4711 | Receive-ChatMessage }).TargetObject | Should -Be 4711
    }

    It 'PatternInvalid: an invalid regular expression' {
        $null = Start-ChatServer 0
        (Get-ErrorOf { Wait-ChatMessage '(' }).FullyQualifiedErrorId | Should -BeLike 'PatternInvalid,*'
    }

    It 'ConnectTimedOut' {
        $silent = New-SilentPort
        try { Test-ErrorRecord ConnectTimedOut OperationTimeout { Connect-ChatServer 127.0.0.1 $silent.Port Chris -TimeoutSeconds 0.3 } }
        finally { $silent.Sockets | ForEach-Object Dispose }
    }

    It 'PeerDisconnected: a reset within a line, after the complete messages are returned' {
        $s = Start-ChatServer 0
        $client = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        $client.Connect('127.0.0.1', $s.Port)
        $null = $client.Send([Text.Encoding]::ASCII.GetBytes("Chris> one`nChris> tw"))
        (Receive-ChatMessage $s).Text | Should -Be one
        $client.LingerState = [Net.Sockets.LingerOption]::new($true, 0)
        $client.Dispose()
        Test-ErrorRecord PeerDisconnected ConnectionError { Receive-ChatMessage $s -TimeoutSeconds 20 }
        $s.State | Should -Be Listening
    }

    It 'LineTooLong: more than 64 KiB without a line end' {
        $s = Start-ChatServer 0
        $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $s.Port)
        try {
            $bytes = [Text.Encoding]::ASCII.GetBytes('x' * 100000)
            $null = $client.GetStream().WriteAsync($bytes, 0, $bytes.Length)
            Test-ErrorRecord LineTooLong ProtocolError { Receive-ChatMessage $s -TimeoutSeconds 20 }
        }
        finally { $client.Dispose() }
    }

    It 'an invalid item of a pipeline is a non-terminating error' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'good', '', ('x' * 501), 'fine' | Send-ChatMessage -Session $c -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId -replace ',.*' | Should -Be MessageEmpty, MessageTooLong
        $errors[1].TargetObject | Should -Be ('x' * 501)
        (Receive-ChatMessage $s -Count 2).Text | Should -Be good, fine
    }

    It 'a peer that leaves without a reply ends the pipeline' {
        $s, $c = New-Pair
        $job = Start-ModuleJob { Receive-ChatMessage $using:s; Disconnect-ChatSession $using:s }
        $record = Get-ErrorOf { 'one', 'two' | Send-ChatMessage -Session $c -AwaitReply }
        $record.FullyQualifiedErrorId | Should -BeLike 'PeerQuit,*'
        Complete-Job $job | Should -HaveCount 1
        $c.MessagesSent | Should -Be 1
    }

    It 'an error is written and not thrown: <_>' -ForEach @(
        { Connect-ChatServer localhost 1 Chris }, { Connect-ChatServer no-such-host.invalid 1 Chris }, { Start-ChatServer 0 -Handle 'a b' }
        { Send-ChatMessage x }, { Receive-ChatMessage -Session nobody }, { Get-ChatMember }, { Stop-ChatServer }, { $c | Receive-ChatMessage }
        { Send-ChatMessage x -Session $c }, { New-ChatDialect Mine -BasedOn Klingon }, { Wait-ChatMessage x -Session $c }
    ) {
        $null, $c = New-Pair
        Disconnect-ChatSession $c
        Get-ChatSession | Stop-ChatServer
        $reached = $false
        & { & $_; Set-Variable reached $true -Scope 1 } -ErrorAction SilentlyContinue 2> $null
        $reached | Should -BeTrue
    }

    It '-ErrorAction and -ErrorVariable apply to a failed connection' {
        $session = Connect-ChatServer localhost 1 Chris -ErrorAction SilentlyContinue -ErrorVariable errors
        $session | Should -BeNullOrEmpty
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -Be 'ConnectFailed,PSPairChat.Cmdlets.ConnectChatServerCommand'
        { Connect-ChatServer localhost 1 Chris -ErrorAction Stop } | Should -Throw -ErrorId 'ConnectFailed,*'
    }

    It 'messages after the end of a conversation are not processed, and one error is written' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        Disconnect-ChatSession $s
        'one', 'two', 'three' | Send-ChatMessage -Session $c -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors.FullyQualifiedErrorId | Should -Be 'PeerQuit,PSPairChat.Cmdlets.SendChatMessageCommand'
    }

    It 'an error of one session does not prevent the next one' {
        $s, $c = New-Pair
        Send-ChatMessage hi -Session $c
        ('nobody', $s.Name | Receive-ChatMessage -ErrorAction SilentlyContinue).Text | Should -Be hi
    }

    It 'a closed session is the error SessionClosed in place of any other: <_>' -ForEach @(
        { Send-ChatMessage '' -Session $c }, { 'Chris> x' | Invoke-ChatScript -Session $c }, { Invoke-ChatScript none.chat -Session $c }, { Enter-ChatSession $c }
        { Receive-ChatMessage $c }, { Wait-ChatMessage x -Session $c }
    ) {
        $null, $c = New-Pair
        Send-ChatMessage '\quit' -Session $c
        Test-ErrorRecord SessionClosed ResourceUnavailable $_
    }

    It 'a session that is null or empty is the error SessionNotFound: <_>' -ForEach @(
        { Send-ChatMessage x -Session $null }, { Send-ChatMessage x -Session '' }, { Receive-ChatMessage $null }, { $null | Receive-ChatMessage }
        { Disconnect-ChatSession $null }, { Stop-ChatServer -Session $null }, { Get-ChatTranscript $null }, { Get-ChatMember -Session $null }
        { 'HostA> x' | Invoke-ChatScript -Session $null }, { Wait-ChatMessage x -Session $null }, { Remove-ChatMember Ann -Session $null }
    ) {
        $server = Start-ChatServer 0 -TurnOrder Free
        Test-ErrorRecord SessionNotFound ObjectNotFound $_
        (Get-ErrorOf $_).Exception.Message | Should -BeLike 'The value of -Session is *'
        $server.State | Should -Be Listening
    }

    It 'a deserialized session is the error SessionNotFound' {
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Start-ChatServer 0)))
        Test-ErrorRecord SessionNotFound ObjectNotFound { Send-ChatMessage x -Session $copy }
        (Get-ErrorOf { Receive-ChatMessage $copy }).Exception.Message | Should -BeLike '*copy of a session of another process*'
    }
}
