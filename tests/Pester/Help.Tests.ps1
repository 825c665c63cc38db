BeforeDiscovery {
    Import-Module $env:PSPAIRCHAT_MANIFEST -Force
    $cmdlets = (Get-Command -Module PSPairChat).Name
    $examples = foreach ($cmdlet in $cmdlets) {
        $number = 0
        foreach ($example in (Get-Help $cmdlet).examples.example) {
            # The help file contains code and output in one text, separated by an empty line.
            $code, $output = $example.code -replace '\r' -split '\n\s*\n', 2
            @{ Cmdlet = $cmdlet; Number = ++$number; Code = $code; Output = $output; Remarks = $example.remarks.Text -join ' ' }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Peers.ps1

    function Get-FreePort {
        # Systems select the port of a client, and port 0, from 32768 on: below, no other test takes the port.
        while ($true) {
            $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, (Get-Random -Minimum 20000 -Maximum 32768))
            try { $listener.Start(); return $listener.LocalEndpoint.Port }
            catch [Net.Sockets.SocketException] { continue }
            finally { $listener.Stop() }
        }
    }

    function Start-ExamplePeer {
        # Starts the peer of an example: a server that replies in uppercase, or a client that sends 'test' and waits for the reply.
        param([string] $Code, [int] $Port)
        $script = if ($Code -match 'Start-ChatServer') {
            if ($Code -match 'Connect-ChatServer|-Port 0|-Backplane') { return }
            {
                param($module, $port, $order)
                Import-Module $module
                do { $session = Connect-ChatServer 127.0.0.1 $port Chris -TurnOrder $order -ErrorAction Ignore } until ($session)
                # An example can end before it replies.
                try { Send-ChatMessage test -AwaitReply -TimeoutSeconds 30 -ErrorAction Stop; Disconnect-ChatSession } catch [PSPairChat.ChatException] { return }
            }
        }
        else {
            {
                param($module, $port, $order)
                Import-Module $module
                Start-ChatServer $port -Handle HostA -TurnOrder $order
                Receive-ChatMessage -Wait | ForEach-Object { Send-ChatMessage $_.Text.ToUpper() }
            }
        }
        $peer = [powershell]::Create().AddScript($script.ToString()).AddArgument($env:PSPAIRCHAT_MANIFEST).AddArgument($Port).
            AddArgument($(if ($Code -match '-TurnOrder Free') { 'Free' } else { 'Alternate' }))
        $running = $peer.BeginInvoke()
        if ($Code -notmatch 'Start-ChatServer') {
            Wait-For { [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpListeners().Port -contains $Port }
        }
        [pscustomobject] @{ PowerShell = $peer; Running = $running }
    }

    function Format-Output {
        # Removes empty lines, -WhatIf messages, and values that differ in each run.
        param([string[]] $Text)
        $Text -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ -and $_ -notlike 'What if:*' } | ForEach-Object { $_ -replace '\d\d:\d\d:\d\d', '10:20:30' }
    }
}

Describe 'The help of <_>' -ForEach $cmdlets {
    BeforeAll { $help = Get-Help $_ -Full }

    It 'has a synopsis, a description, and examples' {
        $help.Synopsis | Should -Not -Match "^\s*$_"
        ($help.description.Text -join '').Length | Should -BeGreaterThan 80
        @($help.examples.example) | Should -Not -BeNullOrEmpty
        Get-Help $_ -Examples | Out-String | Should -Match 'Example 1'
    }

    It 'describes every parameter' {
        $common = [Management.Automation.Cmdlet]::CommonParameters
        foreach ($parameter in (Get-Command $_).Parameters.Values | Where-Object Name -NotIn $common) {
            (Get-Help $_ -Parameter $parameter.Name).description.Text | Should -Not -BeNullOrEmpty -Because $parameter.Name
        }
    }

    It 'has an online page' {
        (Get-Command $_).HelpUri | Should -BeLike "https://*/docs/$_.md"
        $help.relatedLinks.navigationLink[0].uri | Should -Be (Get-Command $_).HelpUri
    }
}

Describe 'The examples of the help' {
    BeforeAll {
        Push-Location $TestDrive
    }
    AfterAll { Pop-Location }

    # Interactive examples are tested at a terminal by Interactive.Tests.ps1.
    It '<Cmdlet>, example <Number>' -ForEach ($examples | Where-Object Code -NotMatch 'Enter-ChatSession|-Interactive') {
        $port = Get-FreePort
        $script = $Code.Replace('54321', "$port")
        $redis = if ($Code -match 'redis://') {
            if (-not (Get-Command redis-server -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'redis-server is not installed'; return }
            Start-Redis
        }
        if ($redis) { $script = $script.Replace('localhost:6379', "127.0.0.1:$($redis.Port)") }
        $peer = Start-ExamplePeer $script $port
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Set-Location '$TestDrive'; Import-Module '$env:PSPAIRCHAT_MANIFEST'").Invoke()
            $shell.Commands.Clear()
            $null = $shell.AddScript($script).AddCommand('Out-String').AddParameter('Stream').AddParameter('Width', 100)
            $results = [Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $results)
            # An example that runs until Ctrl+C is stopped when its peer has received the reply.
            Wait-For { $running.IsCompleted -or ($peer -and $peer.Running.IsCompleted) } -TimeoutSeconds 60
            if ($script -match '-Wait \|' -and -not $running.AsyncWaitHandle.WaitOne(2000)) { $shell.Stop() }
            else { $null = $shell.EndInvoke($running) }
            "$($shell.Streams.Error)" | Should -BeNullOrEmpty
            if ($Output) { Format-Output $results | Should -Be (Format-Output $Output) }
        }
        finally {
            $shell.Runspace.Close()
            $shell.Dispose()
            if ($peer) {
                $peer.PowerShell.Stop()
                $peerErrors = "$($peer.PowerShell.Streams.Error | Where-Object FullyQualifiedErrorId -NotMatch 'ConnectFailed|ReceiveTimedOut|PeerQuit|SessionNotFound')"
                $peer.PowerShell.Runspace.Close()
                $peer.PowerShell.Dispose()
            }
            if ($redis) { $null = Stop-Peer $redis.Peer -Kill }
        }
        if ($peer) { $peerErrors | Should -BeNullOrEmpty }
    }
}

Describe 'The about topics' {
    It '<_> is found' -ForEach 'about_PSPairChat', 'about_ChatSessions', 'about_ChatSecurity' {
        $topic = Get-Help $_ | Out-String
        $topic | Should -Match 'SHORT DESCRIPTION'
        ($topic -split '\n' | Measure-Object -Property { $_.TrimEnd().Length } -Maximum).Maximum | Should -BeLessOrEqual 80
        # Every cmdlet that the topic names exists.
        foreach ($name in [regex]::Matches($topic, '\b(Start|Connect|Send|Receive|Get|Enter|Disconnect|Stop|Invoke|Wait|Import|Remove|New)-Chat\w+').Value | Select-Object -Unique) {
            Get-Command $name -Module PSPairChat -ErrorAction Stop | Should -Not -BeNullOrEmpty
        }
    }
}
