using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using PSPairChat.Cmdlets;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Who may know whom, and what the cmdlets look like: read from the built assemblies, because PowerShellStandard has no code to run.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly CmdletAssembly = typeof(StartChatServerCommand).Assembly;
    private static readonly string ModuleBin = Path.Combine(Repository.Root, "PSPairChat", "bin");

    [Fact]
    public void The_engine_knows_no_PowerShell_and_no_console()
    {
        var (assemblies, types) = References(Path.Combine(ModuleBin, "PSPairChat.Core.dll"));
        Assert.Equal(["netstandard"], assemblies);
        Assert.DoesNotContain(types, t => t is "System.Console" or "System.ConsoleKeyInfo" || t.StartsWith("System.Management.Automation", StringComparison.Ordinal));
    }

    [Fact]
    public void The_cmdlets_know_the_engine_and_PowerShell_and_nothing_else()
    {
        var (assemblies, _) = References(Path.Combine(ModuleBin, "PSPairChat.Cmdlets.dll"));
        Assert.Equal(["PSPairChat.Core", "PSPairChat.Terminal", "System.Management.Automation", "netstandard"], assemblies.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Messages", "Dialects|Connections|Rooms|Sessions|Scripting|Transcripts")]
    [InlineData("Dialects", "Connections|Rooms|Sessions|Scripting|Transcripts")]
    [InlineData("Connections", "Dialects|Rooms|Sessions|Scripting|Transcripts")]
    public void No_part_of_the_engine_looks_where_it_must_not(string part, string forbidden)
    {
        var folder = Path.Combine(Repository.Root, "src", "PSPairChat.Core", part);
        var looks = from file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.cs") : []
                    from line in File.ReadLines(file)
                    where Regex.IsMatch(line, $@"PSPairChat\.({forbidden})\b")
                    select $"{Path.GetFileName(file)}: {line}";
        Assert.Empty(looks);
    }

    [Theory]
    [InlineData("Messages")]
    [InlineData("Dialects")]
    public void The_pure_parts_do_no_input_or_output_and_read_no_clock(string part)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "src", "PSPairChat.Core", part), "*.cs"))
            Assert.DoesNotMatch(@"System\.(IO|Net|Threading|Diagnostics)\b|DateTime\.|Stopwatch|Environment\.|Random", File.ReadAllText(file));
    }

    [Fact]
    public void Each_public_type_has_a_file_of_its_name()
    {
        foreach (var assembly in new[] { typeof(ChatSession).Assembly, CmdletAssembly })
        {
            var files = Directory.GetFiles(Path.Combine(Repository.Root, "src", assembly.GetName().Name!), "*.cs", SearchOption.AllDirectories)
                .Select(Path.GetFileNameWithoutExtension).ToHashSet();
            Assert.All(assembly.GetExportedTypes().Where(t => !t.IsNested), t => Assert.Contains(t.Name.Split('`')[0], files));
        }
    }

    [Fact]
    public void Every_cmdlet_is_sealed_documented_by_its_class_name_and_exported()
    {
        var manifest = File.ReadAllText(Path.Combine(Repository.Root, "PSPairChat.psd1"));
        var exported = Regex.Matches(manifest, @"^\s+'(\w+-\w+)'", RegexOptions.Multiline).Select(m => m.Groups[1].Value).ToArray();
        var cmdlets = AllCmdlets().ToArray();
        Assert.Equal(exported.Order(StringComparer.Ordinal), cmdlets.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.All(cmdlets, c => Assert.True(c.Type.IsSealed));
        Assert.All(cmdlets, c => Assert.Equal(c.Name.Replace("-", "", StringComparison.Ordinal) + "Command", c.Type.Name));
    }

    [Fact]
    public void A_parameter_name_has_one_type_everywhere()
    {
        var types = from cmdlet in AllCmdlets()
                    from parameter in Parameters(cmdlet.Type)
                        // A cmdlet that looks for several at once takes an array of the same, as Get-PSSession does.
                    let type = parameter.PropertyType.GetElementType() ?? parameter.PropertyType
                    group (Nullable.GetUnderlyingType(type) ?? type).FullName by parameter.Name into named
                    where named.Distinct().Count() > 1
                    select $"{named.Key}: {string.Join(", ", named.Distinct())}";
        Assert.Empty(types);
    }

    [Fact]
    public void Each_cmdlet_takes_pipeline_input_by_value_in_one_parameter_at_most() => Assert.All(AllCmdlets(), c =>
        Assert.InRange(Parameters(c.Type).Count(p => ParameterAttributes(p).Any(a => Named(a, "ValueFromPipeline") is true)), 0, 1));

    [Fact]
    public void What_closes_something_asks_ShouldProcess()
    {
        var closing = AllCmdlets().Where(c => c.Name.Split('-')[0] is "Stop" or "Disconnect" or "Remove");
        Assert.NotEmpty(closing);
        Assert.All(closing, c => Assert.Equal(true, Named(c.Attribute, "SupportsShouldProcess")));
    }

    [Fact]
    public void The_parameters_stand_where_the_design_puts_them()
    {
        Assert.Equal(["Port"], Positional("Start-ChatServer"));
        Assert.Equal(["HostName", "Port", "Handle"], Positional("Connect-ChatServer"));
        Assert.Equal(["Message"], Positional("Send-ChatMessage"));
        var hostName = Parameters(Cmdlet("Connect-ChatServer")).Single(p => p.Name == "HostName");
        var alias = hostName.GetCustomAttributesData().Single(a => a.AttributeType.Name == "AliasAttribute");
        Assert.Equal(["Host", "ComputerName", "Cn"],
            ((IEnumerable<CustomAttributeTypedArgument>)alias.ConstructorArguments[0].Value!).Select(a => (string)a.Value!));
        Assert.All(["HostName", "Handle"], name => Assert.Contains(ParameterAttributes(Parameters(Cmdlet("Connect-ChatServer")).Single(p => p.Name == name)),
            a => Named(a, "Mandatory") is true));
    }

    [Fact]
    public void Every_reason_has_a_category_and_advice()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "src", "PSPairChat.Cmdlets", "ErrorRecordFactory.cs"));
        Assert.All(Enum.GetNames<ChatErrorReason>(), reason => Assert.True(Regex.Count(source, $@"ChatErrorReason\.{reason}\b") >= 2, reason));
    }

    private static IEnumerable<(string Name, Type Type, CustomAttributeData Attribute)> AllCmdlets() =>
        from type in CmdletAssembly.GetExportedTypes()
        from attribute in type.GetCustomAttributesData()
        where attribute.AttributeType.Name == "CmdletAttribute"
        select ($"{attribute.ConstructorArguments[0].Value}-{attribute.ConstructorArguments[1].Value}", type, attribute);

    private static Type Cmdlet(string name) => AllCmdlets().Single(c => c.Name == name).Type;

    private static IEnumerable<PropertyInfo> Parameters(Type cmdlet) => cmdlet.GetProperties().Where(p => ParameterAttributes(p).Any());

    private static IEnumerable<CustomAttributeData> ParameterAttributes(PropertyInfo property) =>
        property.GetCustomAttributesData().Where(a => a.AttributeType.Name == "ParameterAttribute");

    private static IEnumerable<string> Positional(string cmdlet) =>
        from parameter in Parameters(Cmdlet(cmdlet))
        let position = ParameterAttributes(parameter).Select(a => Named(a, "Position")).OfType<int>().Cast<int?>().FirstOrDefault()
        where position is not null
        orderby position
        select parameter.Name;

    private static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;

    private static (string[] Assemblies, string[] Types) References(string path)
    {
        using var reader = new PEReader(File.OpenRead(path));
        var metadata = reader.GetMetadataReader();
        return ([.. metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name))],
            [.. metadata.TypeReferences.Select(metadata.GetTypeReference).Select(t => $"{metadata.GetString(t.Namespace)}.{metadata.GetString(t.Name)}")]);
    }
}
