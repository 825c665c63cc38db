# Functions that several test files share. Dot-source this file in BeforeAll.

Import-Module $env:PSPAIRCHAT_MANIFEST -Force

function Start-Peer {
    # Starts a program with redirected input and output; Stop-Peer ends it.
    param([string] $Program, [string[]] $ArgumentList)
    $start = [Diagnostics.ProcessStartInfo]::new((Get-Command $Program -CommandType Application | Select-Object -First 1).Source)
    $ArgumentList | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.Environment['NO_COLOR'] = '1'
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.AutoFlush = $true
    $process
}

function Start-PwshPeer {
    # Starts a PowerShell process that imports the module and runs a script.
    param([string] $Script)
    Start-Peer ([Environment]::ProcessPath) '-NoProfile', '-NonInteractive', '-Command', "Import-Module '$env:PSPAIRCHAT_MANIFEST'; $Script"
}

function Read-PeerLine {
    param([Diagnostics.Process] $Peer, [int] $TimeoutSeconds = 30)
    $line = $Peer.StandardOutput.ReadLineAsync()
    if (-not $line.Wait($TimeoutSeconds * 1000)) { throw "Timed out reading a line from process $($Peer.Id)." }
    $line.Result
}

function Start-ModuleJob {
    # Starts a thread job that imports the module.
    param([scriptblock] $Script)
    Start-ThreadJob $Script -InitializationScript { Import-Module $env:PSPAIRCHAT_MANIFEST }
}

function Complete-Job {
    # Waits for a job, returns its output, and removes it.
    param($Job)
    $Job | Receive-Job -Wait
    $Job | Remove-Job
}

function Stop-Peer {
    # Ends a program and returns the rest of its output.
    param([Diagnostics.Process] $Peer, [int] $TimeoutSeconds = 30, [switch] $Kill)
    if (-not $Peer) { return }
    $rest = $Peer.StandardOutput.ReadToEndAsync()
    if ($Kill) { $Peer.Kill($true) }
    else { $Peer.StandardInput.Close() }
    if (-not $Peer.WaitForExit($TimeoutSeconds * 1000)) {
        $Peer.Kill($true)
        throw "Process $($Peer.Id) did not exit."
    }
    $rest.Result
}

function Wait-For {
    param([scriptblock] $Condition, [int] $TimeoutSeconds = 20)
    $deadline = [DateTime]::UtcNow.AddSeconds($TimeoutSeconds)
    while (-not (& $Condition)) {
        if ([DateTime]::UtcNow -gt $deadline) { throw "Timed out waiting for: $Condition" }
        Start-Sleep -Milliseconds 20
    }
}

function New-Relay {
    # Opens a port that relays connections to a port of this host. Disconnect-Relay cuts them, and Close-Relay ends the relay.
    param([int] $Port)
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $clients = [Collections.Concurrent.ConcurrentQueue[Net.Sockets.TcpClient]]::new()
    $job = Start-ThreadJob {
        $opened = $using:clients
        while ($client = ($using:listener).AcceptTcpClient()) {
            $server = [Net.Sockets.TcpClient]::new('127.0.0.1', $using:Port)
            $client, $server | ForEach-Object { $_.NoDelay = $true; $opened.Enqueue($_) }
            $null = $client.GetStream().CopyToAsync($server.GetStream()), $server.GetStream().CopyToAsync($client.GetStream())
        }
    }
    [pscustomobject] @{ Port = $listener.LocalEndpoint.Port; Listener = $listener; Clients = $clients; Job = $job }
}

function Disconnect-Relay {
    param($Relay)
    $client = $null
    while ($Relay.Clients.TryDequeue([ref] $client)) { $client.Dispose() }
}

function Close-Relay {
    param($Relay)
    $Relay.Listener.Stop()
    Disconnect-Relay $Relay
    $Relay.Job | Remove-Job -Force
}

function New-SilentPort {
    # Opens a port with a full backlog, which does not respond, like a host behind a firewall.
    $listener = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
    $sockets = [Collections.Generic.List[Net.Sockets.Socket]] @($listener)
    $listener.Bind([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
    $listener.Listen(0)
    do {
        $caller = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        $sockets.Add($caller)
    } while ($caller.ConnectAsync($listener.LocalEndPoint).Wait(200))
    [pscustomobject] @{ Port = $listener.LocalEndPoint.Port; Sockets = $sockets }
}

function New-ClosedPort {
    # Opens a socket that is bound and does not listen: connections to its port are refused, and no other program takes the port.
    $socket = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
    $socket.Bind([Net.IPEndPoint]::new([Net.IPAddress]::Loopback, 0))
    [pscustomobject] @{ Port = $socket.LocalEndPoint.Port; Socket = $socket }
}

function Get-ErrorOf {
    # Returns the error of a script block, terminating or not.
    param([scriptblock] $Script)
    $ErrorActionPreference = 'Stop'
    try { $null = & $Script } catch { return $_ }
}

function New-Pair {
    # Returns a server and a client that are connected to each other.
    param([hashtable] $Options = @{})
    $server = Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -Handle HostA @Options
    $client = Connect-ChatServer -HostName 127.0.0.1 -Port $server.Port -Handle Chris @Options
    Wait-For { $server.State -eq 'Connected' }
    $server, $client
}

function Stop-AllSessions {
    Get-ChatSession | Where-Object Role -EQ Client | Disconnect-ChatSession
    Get-ChatSession | Stop-ChatServer
}

function Start-Redis {
    # Redis cannot select a free port: a port that is in use ends it.
    foreach ($attempt in 1..20) {
        $port = Get-Random -Minimum 20000 -Maximum 30000
        $peer = Start-Peer redis-server '--port', "$port", '--bind', '127.0.0.1', '--save', '', '--dir', "$TestDrive"
        while ($null -ne ($line = Read-PeerLine $peer)) {
            if ($line -match 'Ready to accept connections') { return [pscustomobject] @{ Peer = $peer; Port = $port } }
        }
    }
    throw 'redis-server did not start.'
}
