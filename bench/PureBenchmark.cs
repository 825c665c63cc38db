using System;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PSPairChat.Messages;
using PSPairChat.Sessions;
using PSPairChat.Dialects;

namespace PSPairChat.Bench;

/// <summary>The parts that do no I/O, each by itself: time and allocations of one message of 32 characters.</summary>
public class PureBenchmark
{
    private static readonly string Text = new('x', 32);
    private static readonly byte[] Line = Encoding.UTF8.GetBytes($"Chris> {Text}\n");

    private readonly DialectDecoder _reader = new(ChatDialect.Auto, ChatSide.Client);
    private readonly DialectEncoder _writer = new(ChatDialect.Get("Line"), ChatSide.Client, "Chris", 0);
    private readonly TurnTracker _talk = new(TurnOrder.Alternate, isFirst: true);

    internal static void Run(string[] arguments)
    {
        // In this process: nothing has to be built, and a short run shows what matters here.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        var config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default)
            // PowerShell's reference assembly is in the folder, and not optimised.
            .WithOptions(ConfigOptions.DisableOptimizationsValidator).WithArtifactsPath("artifacts/bench");
        BenchmarkRunner.Run([typeof(PureBenchmark), typeof(TurnBenchmark)], config, arguments);
    }

    [Benchmark]
    public int Write() => _writer.EncodeMessage(Text).Count;

    [Benchmark]
    public string Read()
    {
        Give(_reader);
        DialectItem item;
        while (!_reader.TryRead(out item) || item.Kind != DialectItemKind.Message)
        {
        }
        return item.Text;
    }

    [Benchmark]
    public bool FindDialect()
    {
        var reader = new DialectDecoder(ChatDialect.Auto, ChatSide.Client);
        Give(reader);
        return reader.TryRead(out _);
    }

    [Benchmark]
    public void CheckMessage() => MessageValidator.ThrowIfInvalid(Text, ChatOptions.DefaultMaxMessageLength);

    [Benchmark]
    public void TakeTurns()
    {
        _talk.OnSent();
        _talk.OnReceived();
    }

    [Benchmark]
    public string ShowPlain() => DisplayText.Sanitize(Text);

    [Benchmark]
    public string ShowHostile() => DisplayText.Sanitize("\u001b[2J\u202Eevil\u0007 e\u0301 \U0001F468\u200D\U0001F469 xxxxxxxxxxxxxxx");

    private static void Give(DialectDecoder reader)
    {
        var room = reader.GetBuffer();
        Buffer.BlockCopy(Line, 0, room.Array!, room.Offset, Line.Length);
        reader.Advance(Line.Length);
    }
}
