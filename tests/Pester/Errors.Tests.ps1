BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'Every error has its id, its category and advice' {
    AfterEach { Stop-AllSessions }

    BeforeAll {
        function Test-Refusal {
            param([string] $Reason, [string] $Category, [scriptblock] $Script)
            $refusal = Get-ErrorOf $Script
            $refusal | Should -Not -BeNullOrEmpty
            $refusal.FullyQualifiedErrorId | Should -BeLike "$Reason,PSPairChat.Cmdlets.*"
            $refusal.CategoryInfo.Category | Should -Be $Category
            $refusal.Exception.Reason | Should -Be $Reason
            $refusal.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
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
        @{ Reason = 'SessionNotFound'; Category = 'ObjectNotFound'; Script = { Get-ChatSession -Id 4711 -ErrorAction Stop } }
        @{ Reason = 'SessionNotFound'; Category = 'ObjectNotFound'; Script = { $null, $c = New-Pair; Stop-ChatServer $c } }
    ) { Test-Refusal $Reason $Category $Script }

    It 'ConnectTimedOut' {
        $silent = New-SilentPort
        try { Test-Refusal ConnectTimedOut OperationTimeout { Connect-ChatServer 127.0.0.1 $silent.Port Chris -TimeoutSeconds 0.3 } }
        finally { $silent.Sockets | ForEach-Object Dispose }
    }

    It 'PeerDisconnected: a reset in the middle of a line, with what was whole delivered before' {
        $s = Start-ChatServer 0
        $rude = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        $rude.Connect('127.0.0.1', $s.Port)
        $null = $rude.Send([Text.Encoding]::ASCII.GetBytes("Chris> one`nChris> tw"))
        (Receive-ChatMessage $s).Text | Should -Be one
        $rude.LingerState = [Net.Sockets.LingerOption]::new($true, 0)
        $rude.Dispose()
        Test-Refusal PeerDisconnected ConnectionError { Receive-ChatMessage $s -TimeoutSeconds 20 }
        $s.State | Should -Be Listening
    }

    It 'LineTooLong: more than 64 KiB without an end of line' {
        $s = Start-ChatServer 0
        $rude = [Net.Sockets.TcpClient]::new('127.0.0.1', $s.Port)
        try {
            $flood = [Text.Encoding]::ASCII.GetBytes('x' * 100000)
            $null = $rude.GetStream().WriteAsync($flood, 0, $flood.Length)
            Test-Refusal LineTooLong ProtocolError { Receive-ChatMessage $s -TimeoutSeconds 20 }
        }
        finally { $rude.Dispose() }
    }

    It 'refuses the bad items of a pipeline and tries the others' {
        $s, $c = New-Pair @{ TurnOrder = 'Free' }
        'good', '', ('x' * 501), 'fine' | Send-ChatMessage -Session $c -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused.FullyQualifiedErrorId -replace ',.*' | Should -Be MessageEmpty, MessageTooLong
        $refused[1].TargetObject | Should -Be ('x' * 501)
        (Receive-ChatMessage $s -Count 2).Text | Should -Be good, fine
    }

    It 'gives up the rest of a pipeline when the peer quits instead of answering' {
        $s, $c = New-Pair
        $job = Start-ModuleJob { Receive-ChatMessage $using:s; Disconnect-ChatSession $using:s }
        $refusal = Get-ErrorOf { 'one', 'two' | Send-ChatMessage -Session $c -AwaitReply }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'PeerQuit,*'
        Complete-Job $job | Should -HaveCount 1
        $c.MessagesSent | Should -Be 1
    }

    It 'says of a session from another process that it is none' {
        $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Start-ChatServer 0)))
        { Send-ChatMessage x -Session $copy } | Should -Throw
    }
}
