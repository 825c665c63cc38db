BeforeDiscovery {
    $hasRedis = [bool] (Get-Command redis-server -CommandType Application -ErrorAction Ignore)
    $hasSmtp = (Get-Command python3 -CommandType Application -ErrorAction Ignore) -and $(
        python3 -W ignore -c 'import smtpd' 2>&1 | Out-Null
        $LASTEXITCODE -eq 0)
    if (-not $hasRedis) { Write-Warning 'redis-server is not installed. The tests of the example with Redis are skipped.' }
    if (-not $hasSmtp) { Write-Warning 'python3 with the module smtpd is not installed. The tests of the example with SMTP are skipped.' }
}

BeforeAll {
    . $PSScriptRoot/Peers.ps1

    function Start-Smtp {
        # DebuggingServer of the Python library: an SMTP server that accepts all mail.
        $script = "import smtpd, asyncore; s = smtpd.DebuggingServer(('127.0.0.1', 0), None); print(s.socket.getsockname()[1], flush=True); asyncore.loop()"
        $peer = Start-Peer python3 '-W', 'ignore', '-c', $script
        [pscustomobject] @{ Peer = $peer; Port = [int] (Read-PeerLine $peer) }
    }

    function Invoke-DocExample {
        # Runs the Pester file of the page whose text matches a pattern, and returns the result.
        param([string] $Pattern, [string] $Address, [int] $Port)
        $page = Get-Content -Raw "$PSScriptRoot/../../docs/line-services.md"
        $code = [regex]::Matches($page, '(?s)```powershell\n(.*?)```') | ForEach-Object { $_.Groups[1].Value } | Where-Object { $_ -match $Pattern -and $_ -match 'Describe' }
        $code | Should -HaveCount 1
        $file = Join-Path $TestDrive "Example$Port.Tests.ps1"
        Set-Content $file $code.Replace($Address, "127.0.0.1:$Port")
        Copy-Item "$PSScriptRoot/../../docs/examples/*.chat" $TestDrive
        $peer = Start-PwshPeer "Set-Location '$TestDrive'; `$r = Invoke-Pester '$file' -PassThru -Output None; `$r.Failed | ForEach-Object { `$_.ErrorRecord }; `"`$(`$r.Result) `$(`$r.PassedCount)`""
        (Stop-Peer $peer -TimeoutSeconds 120).Trim()
    }
}

Describe 'A line service' {
    AfterEach { Stop-AllSessions }

    It 'sends and receives every line as it is, without handles, turns, and quit commands' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        try {
            $c = Connect-ChatServer 127.0.0.1 $listener.LocalEndpoint.Port -LineService
            $stream = $listener.AcceptTcpClient().GetStream()
            $stream.ReadTimeout = 20000
            'EHLO me', '', 'Chris> x' | Send-ChatMessage -Session $c
            $buffer = [byte[]]::new(100)
            $text = ''
            while ($text.Length -lt 21) { $text += [Text.Encoding]::UTF8.GetString($buffer, 0, $stream.Read($buffer, 0, 100)) }
            $text | Should -BeExactly "EHLO me`r`n`r`nChris> x`r`n"
            $lines = '220 hello> there', '', '/quit', '\quit', 'SIGQUIT', 'bye', 'a: b'
            $stream.Write([Text.Encoding]::UTF8.GetBytes(($lines -join "`n") + "`r`n"))
            $received = Receive-ChatMessage $c -Count 7 -TimeoutSeconds 20
            $received.Text | Should -BeExactly $lines
            $received[0].From | Should -Be 127.0.0.1
            Send-ChatMessage '\quit' -Session $c
            $stream.Read($buffer, 0, 100) | Should -Be 0
            $c.State | Should -Be Closed
        }
        finally { $listener.Stop() }
    }

    It 'the example of the page with Redis passes' -Skip:(-not $hasRedis) {
        $redis = Start-Redis
        try { Invoke-DocExample Redis 'localhost:6379' $redis.Port | Should -Be 'Passed 3' }
        finally { $null = Stop-Peer $redis.Peer -Kill }
    }

    It 'the example of the page with SMTP passes' -Skip:(-not $hasSmtp) {
        $smtp = Start-Smtp
        try { Invoke-DocExample SMTP 'localhost:25' $smtp.Port | Should -Be 'Passed 2' }
        finally { $null = Stop-Peer $smtp.Peer -Kill }
    }
}
