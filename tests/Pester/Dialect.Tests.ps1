BeforeAll {
    Import-Module $env:PSPAIRCHAT_MANIFEST

    # A socket that sends and receives bytes as Latin-1 characters.
    function Connect-Peer([int] $Port) {
        $client = [System.Net.Sockets.TcpClient]::new('127.0.0.1', $Port)
        $client.ReceiveTimeout = 20000
        $client.NoDelay = $true
        $client
    }
    function Send-Peer($Client, [string] $Text) {
        $bytes = [System.Text.Encoding]::GetEncoding(28591).GetBytes($Text)
        $Client.GetStream().Write($bytes, 0, $bytes.Length)
    }
    function Receive-Peer($Client, [int] $Count) {
        $bytes = [byte[]]::new($Count)
        $got = 0
        while ($got -lt $Count) {
            $read = $Client.GetStream().Read($bytes, $got, $Count - $got)
            if ($read -eq 0) { throw 'The connection was closed early.' }
            $got += $read
        }
        [System.Text.Encoding]::GetEncoding(28591).GetString($bytes)
    }
}

Describe 'Dialects' {
    AfterEach {
        if ($peer) { $peer.Dispose() }
        Get-ChatSession | Where-Object Role -EQ Server | Stop-ChatServer
        Get-ChatSession | Disconnect-ChatSession
    }

    It 'Get-ChatDialect gets every built-in dialect with an example, Auto first' {
        $dialects = Get-ChatDialect
        $dialects.Count | Should -BeGreaterThan 15
        $dialects[0].Name | Should -Be Auto
        $dialects | ForEach-Object { $_.Description; $_.Example } | Should -Not -BeNullOrEmpty
        (Get-ChatDialect Length*).Name | Should -Be 'LengthDigits', 'LengthPadded', 'Length16', 'Length32'
        (Get-ChatDialect line).Example | Should -BeLike 'C Chris> test\n*S HostA> hello\n*C \quit\n'
        $view = (Get-ChatDialect | Out-String -Width 80) -replace '\x1b\[[\d;]*m' -split '\r?\n'
        $view -match '^PortGreeting +Pair The client sends the server''s port' | Should -HaveCount 1
        $view -match '^Kutztown +Room ' | Should -HaveCount 1
        ($view | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        (Get-ChatDialect kutztown).Description | Should -BeLike '*Kutztown*'
    }

    It 'an unknown dialect is the error DialectNotFound' {
        Get-ChatDialect Klingon -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'DialectNotFound,*'
        $failure[0].CategoryInfo.Category | Should -Be ObjectNotFound
        { Start-ChatServer 0 -Dialect Klingon -ErrorAction Stop } | Should -Throw -ErrorId 'DialectNotFound,*'
        Get-ChatSession | Should -BeNullOrEmpty
    }

    It 'completes <command>' -ForEach @(
        @{ command = 'Start-ChatServer -Dialect handleexchangep' }
        @{ command = 'Connect-ChatServer -Dialect HandleExchangeP' }
        @{ command = 'Get-ChatDialect HandleExchangeP' }
        @{ command = 'New-ChatDialect Mine -BasedOn HandleExchangeP' }
    ) {
        (TabExpansion2 $command).CompletionMatches.CompletionText | Should -Be 'HandleExchangePrefixed'
    }

    It 'New-ChatDialect accepts one value for both sides, or one for each side' {
        $mine = New-ChatDialect Mine -BasedOn Raw -Terminator '||' -Separator ': ', '' -QuitCommand '/quit' -MaxBytes 80 -Encoding Latin1
        "$mine" | Should -Be Mine
        $mine.Example -split [Environment]::NewLine | Should -Be 'C Chris: test||', 'S hello||', 'C /quit||'
        $mine.Client.MaxBytes, $mine.Server.MaxBytes | Should -Be 80, 80
        (Get-ChatDialect ServerQuestion | New-ChatDialect Ask -Greeting '', 'Who?').FirstSpeaker | Should -Be Server
    }

    It 'a contradictory dialect is the error DialectInvalid' {
        { New-ChatDialect Bad -FixedLength 100 -LengthPrefix Digits -ErrorAction Stop } | Should -Throw -ErrorId 'DialectInvalid,*'
    }

    It 'the server detects the dialect of a client and reports it' {
        $server = Start-ChatServer 0 -Handle HostA
        $server.Peer | Should -BeNullOrEmpty
        $peer = Connect-Peer $server.Port
        Send-Peer $peer 'Chris: test@!@'
        $output = Receive-ChatMessage -Session $server -TimeoutSeconds 20 -Verbose 4>&1
        ($output | Where-Object { $_ -is [PSPairChat.ChatMessage] }).Text | Should -Be test
        ($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message |
            Should -Contain "Chris speaks the dialect Delimited: the first message ends with '@!@' and has a handle and ': ' before the text."
        $server.Peer.Dialect | Should -Be Delimited
        Send-ChatMessage hello -Session $server
        Receive-Peer $peer 15 | Should -Be 'HostA: hello@!@'
    }

    It 'both sides can use a custom dialect' {
        $mine = New-ChatDialect Mine -BasedOn HandleExchange -Terminator '##' -Encoding Latin1 -MaxCharacters 6
        $server = Start-ChatServer 0 -Handle HostA -Dialect $mine
        $client = Connect-ChatServer 127.0.0.1 $server.Port Chris -Dialect $mine
        $early = Receive-ChatMessage -Session $server -TimeoutSeconds 0.2 -ErrorAction Continue 2>&1
        $early.FullyQualifiedErrorId | Should -BeLike 'ReceiveTimedOut,*'
        Send-ChatMessage 'grüß' -Session $client
        "$(Receive-ChatMessage -Session $server -TimeoutSeconds 20)" | Should -Be 'Chris> grüß'
        (Send-ChatMessage 'zu lang' -Session $server -ErrorAction Continue 2>&1).FullyQualifiedErrorId | Should -BeLike 'MessageTooLong,*'
        (Send-ChatMessage '5 €' -Session $server -ErrorAction Continue 2>&1).FullyQualifiedErrorId | Should -BeLike 'MessageInvalid,*'
        (Send-ChatMessage 'a##b' -Session $server -ErrorAction Continue 2>&1).FullyQualifiedErrorId | Should -BeLike 'MessageInvalid,*'
        Send-ChatMessage hello -Session $server
        "$(Receive-ChatMessage -Session $client -TimeoutSeconds 20)" | Should -Be 'HostA> hello'
        $client.Peer.Dialect | Should -Be Mine
    }

    It 'the server sends the first message if the dialect requires it' {
        $server = Start-ChatServer 0 -Handle HostA -Dialect ServerQuestion
        $peer = Connect-Peer $server.Port
        Receive-Peer $peer 19 | Should -Be "What is your name?`n"
        Send-Peer $peer "Chris`n"
        (Receive-ChatMessage -Session $server -TimeoutSeconds 20 -ErrorAction Continue 2>&1).FullyQualifiedErrorId | Should -BeLike 'YourTurn,*'
        $server.Turn | Should -Be Mine
        Send-ChatMessage hello -Session $server
        Receive-Peer $peer 6 | Should -Be "hello`n"
    }
}
