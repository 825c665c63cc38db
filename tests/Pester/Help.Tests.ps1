BeforeDiscovery {
    Import-Module $env:PSPAIRCHAT_MANIFEST -Force
    $cmdlets = (Get-Command -Module PSPairChat).Name
    $examples = foreach ($cmdlet in $cmdlets) {
        $number = 0
        foreach ($example in (Get-Help $cmdlet).examples.example) {
            # The help file keeps code and output in one text, with an empty line between them.
            $code, $output = $example.code -replace '\r' -split '\n\s*\n', 2
            @{ Cmdlet = $cmdlet; Number = ++$number; Code = $code; Output = $output; Remarks = $example.remarks.Text -join ' ' }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Peers.ps1

    function Get-FreePort {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $listener.LocalEndpoint.Port
        $listener.Stop()
    }

    function Start-ExamplePeer {
        # Whoever is at the other end of an example: one that answers in capitals, or one that calls, says 'test' and waits for the answer.
        param([string] $Code, [int] $Port)
        $script = if ($Code -match 'Start-ChatServer') {
            if ($Code -match 'Connect-ChatServer|-Port 0') { return }
            {
                param($module, $port, $order)
                Import-Module $module
                do { $session = Connect-ChatServer 127.0.0.1 $port Chris -TurnOrder $order -ErrorAction Ignore } until ($session)
                # An example may be over before it has answered.
                try { Send-ChatMessage test -AwaitReply -TimeoutSeconds 30; Disconnect-ChatSession } catch [PSPairChat.ChatException] { return }
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
        # Lines as they are compared: without empty ones, what only a prompt shows, and what differs from run to run.
        param([string[]] $Text)
        $Text -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ -and $_ -notlike 'What if:*' } | ForEach-Object { $_ -replace '\d\d:\d\d:\d\d', '10:20:30' }
    }
}

Describe 'The help of <_>' -ForEach $cmdlets {
    BeforeAll { $help = Get-Help $_ -Full }

    It 'says what it is for, and gives examples' {
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

    It 'has a page of its own for -Online' {
        (Get-Command $_).HelpUri | Should -BeLike "https://*/docs/$_.md"
        $help.relatedLinks.navigationLink[0].uri | Should -Be (Get-Command $_).HelpUri
    }
}

Describe 'The examples' {
    BeforeAll {
        Push-Location $TestDrive
    }
    AfterAll { Pop-Location }

    # What is typed by a person is tried on a terminal.
    It '<Cmdlet>, example <Number>' -ForEach ($examples | Where-Object Code -NotMatch 'Enter-ChatSession|-Interactive') {
        $port = Get-FreePort
        $here = $Code.Replace('54321', "$port")
        $peer = Start-ExamplePeer $here $port
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Set-Location '$TestDrive'; Import-Module '$env:PSPAIRCHAT_MANIFEST'").Invoke()
            $shell.Commands.Clear()
            $null = $shell.AddScript($here).AddCommand('Out-String').AddParameter('Stream').AddParameter('Width', 100)
            $results = [Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $results)
            # An example that goes on until Ctrl+C is stopped when the one at the other end has its answer.
            Wait-For { $running.IsCompleted -or ($peer -and $peer.Running.IsCompleted) } -TimeoutSeconds 60
            if ($here -match '-Wait \|' -and -not $running.AsyncWaitHandle.WaitOne(2000)) { $shell.Stop() }
            else { $null = $shell.EndInvoke($running) }
            "$($shell.Streams.Error)" | Should -BeNullOrEmpty
            if ($Output) { Format-Output $results | Should -Be (Format-Output $Output) }
        }
        finally {
            $shell.Runspace.Close()
            $shell.Dispose()
            if ($peer) {
                $peer.PowerShell.Stop()
                $heard = "$($peer.PowerShell.Streams.Error | Where-Object FullyQualifiedErrorId -NotMatch 'ConnectFailed|ReceiveTimedOut|PeerQuit|SessionNotFound')"
                $peer.PowerShell.Runspace.Close()
                $peer.PowerShell.Dispose()
            }
        }
        if ($peer) { $heard | Should -BeNullOrEmpty }
    }
}

Describe 'The topics' {
    It '<_> is found' -ForEach 'about_PSPairChat', 'about_ChatSessions' {
        $topic = Get-Help $_ | Out-String
        $topic | Should -Match 'SHORT DESCRIPTION'
        ($topic -split '\n' | Measure-Object -Property { $_.TrimEnd().Length } -Maximum).Maximum | Should -BeLessOrEqual 80
        # Every cmdlet and parameter that it names is there.
        foreach ($name in [regex]::Matches($topic, '\b(Start|Connect|Send|Receive|Get|Enter|Disconnect|Stop|Invoke|Wait|Import|Remove|New)-Chat\w+').Value | Select-Object -Unique) {
            Get-Command $name -Module PSPairChat -ErrorAction Stop | Should -Not -BeNullOrEmpty
        }
    }
}
