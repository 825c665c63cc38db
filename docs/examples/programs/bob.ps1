# A chat server that forgets the last number of each message. It listens on a free port, and writes the port.
$listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$listener.Start()
$listener.LocalEndpoint.Port
$stream = $listener.AcceptTcpClient().GetStream()
$reader = [IO.StreamReader]::new($stream)
$writer = [IO.StreamWriter]::new($stream)
$writer.AutoFlush = $true
while (($line = $reader.ReadLine()) -and $line -ne '\quit') {
    $sum = [regex]::Matches($line, '\d+').Value | Select-Object -SkipLast 1 | Measure-Object -Sum
    $writer.WriteLine("Bob> $($sum.Sum)")
}
