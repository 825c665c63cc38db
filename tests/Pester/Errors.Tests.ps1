BeforeAll { . $PSScriptRoot/Peers.ps1 }

# WrongUse.Tests.ps1 tests the id, the category, and the recommended action of each error.
Describe 'Errors' {
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

    It 'an unknown session is the target object of the error' {
        (Get-ErrorOf { Receive-ChatMessage -Session nobody }).TargetObject | Should -Be nobody
        (Get-ErrorOf { 4711 | Receive-ChatMessage }).TargetObject | Should -Be 4711
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
