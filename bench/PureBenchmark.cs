using System;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PSPairChat.Conversation;
using PSPairChat.Dialects;

namespace PSPairChat.Bench;

/// <summary>The parts that do no I/O, each by itself: time and allocations of one message of 32 characters.</summary>
public class PureBenchmark
{
    private static readonly string Text = new('x', 32);
    private static readonly byte[] Line = Encoding.UTF8.GetBytes($"Chris> {Text}\n");

    private readonly DialectReader _reader = new(ChatDialect.Auto, ChatEnd.Client);
    private readonly DialectWriter _writer = new(ChatDialect.Find("Line"), ChatEnd.Client, "Chris", 0);
    private readonly PairTalk _talk = new(TurnOrder.Alternate, weSpeakFirst: true);

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
    public int Write() => _writer.Message(Text).Count;

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
        var reader = new DialectReader(ChatDialect.Auto, ChatEnd.Client);
        Give(reader);
        return reader.TryRead(out _);
    }

    [Benchmark]
    public void CheckMessage() => MessageRule.Check(Text, ChatOptions.DefaultMaxMessageLength);

    [Benchmark]
    public void TakeTurns()
    {
        _talk.Say();
        _talk.Hear();
    }

    [Benchmark]
    public string ShowPlain() => DisplayText.Safe(Text);

    [Benchmark]
    public string ShowHostile() => DisplayText.Safe("\u001b[2J\u202Eevil\u0007 e\u0301 \U0001F468\u200D\U0001F469 xxxxxxxxxxxxxxx");

    private static void Give(DialectReader reader)
    {
        var room = reader.Room();
        Buffer.BlockCopy(Line, 0, room.Array!, room.Offset, Line.Length);
        reader.Received(Line.Length);
    }
}
