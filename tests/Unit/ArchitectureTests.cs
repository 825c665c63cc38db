using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using PSPairChat.Cmdlets;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>
/// The references between assemblies and between the folders of the engine, the layout of the sources, and the conventions of the cmdlets.
/// The tests read metadata: PowerShellStandard.Library contains no code that could run.
/// </summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly CoreAssembly = typeof(ChatSession).Assembly;
    private static readonly Assembly CmdletAssembly = typeof(StartChatServerCommand).Assembly;

    // The folder of each source file of the engine. Files have the names of their types.
    private static readonly Dictionary<string, string> CoreFolders = Repository.GetSourceFiles("PSPairChat.Core")
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => Path.GetFileName(Path.GetDirectoryName(file)!));

    private static readonly string[] PureNamespaces = ["System.IO", "System.Net", "System.Threading", "System.Diagnostics", "System.Runtime.InteropServices"];

    [Theory]
    [InlineData("PSPairChat.Core.dll", "netstandard")]
    [InlineData("PSPairChat.Terminal.dll", "PSPairChat.Core netstandard")]
    [InlineData("PSPairChat.Cmdlets.dll", "PSPairChat.Core PSPairChat.Terminal System.Management.Automation netstandard")]
    public void Assemblies_of_the_module_reference_only(string assembly, string references)
    {
        var (actual, _) = GetReferences(assembly);
        Assert.Equal(references.Split(' '), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pairchat_references_the_engine_and_the_terminal_but_no_PowerShell()
    {
        var (assemblies, _) = GetReferences("pairchat.dll");
        Assert.Equal(["PSPairChat.Core", "PSPairChat.Terminal", "System.CommandLine"],
            assemblies.Where(a => !a.StartsWith("System.", StringComparison.Ordinal) || a is "System.CommandLine" or "System.Management.Automation")
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_engine_does_not_use_the_console()
    {
        var (_, types) = GetReferences("PSPairChat.Core.dll");
        Violations.AssertNone(types.Where(t => t.StartsWith("System.Console", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Messages", "")]
    [InlineData("Dialects", "Messages")]
    [InlineData("Connections", "Messages")]
    [InlineData("Security", "Messages Connections Sessions")]
    [InlineData("Rooms", "Messages Dialects Connections Sessions Security")]
    [InlineData("Backplane", "Messages Connections Security Rooms")]
    [InlineData("Sessions", "Messages Dialects Connections Rooms Backplane Security Transcripts")]
    [InlineData("Transcripts", "Messages Sessions Scripting")]
    [InlineData("Scripting", "Messages Dialects Connections Sessions Transcripts")]
    public void A_folder_of_the_engine_references_only(string folder, string allowed) => Violations.AssertNone(
        from type in GetCoreTypes()
        where GetFolder(type) == folder
        from reference in CodeReferences.GetTypes(type)
        where reference.Assembly == CoreAssembly && GetFolder(reference) is { } target && target != folder && !allowed.Split(' ').Contains(target)
        // The Session property of a message.
        where (type, reference) != (typeof(ChatMessage), typeof(ChatSession))
        select $"{type.Name} -> {GetFolder(reference)}/{reference.Name}");

    [Fact]
    public void Each_folder_of_the_engine_has_a_rule()
    {
        var rules = typeof(ArchitectureTests).GetMethod(nameof(A_folder_of_the_engine_references_only))!.GetCustomAttributes<InlineDataAttribute>()
            .Select(a => (string)a.GetData(null!).Single()[0]);
        Assert.Equal(CoreFolders.Values.Where(f => f != "PSPairChat.Core").Distinct().Order(StringComparer.Ordinal), rules.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Dialects_messages_and_the_turn_tracker_perform_no_IO_and_read_no_clock() => Violations.AssertNone(
        from type in GetCoreTypes()
        where GetFolder(type) is "Dialects" or "Messages" || type.Name == "TurnTracker"
        from member in CodeReferences.GetMembers(type)
        let declaring = member as Type ?? member.DeclaringType!
        where PureNamespaces.Any(n => declaring.Namespace == n || declaring.Namespace?.StartsWith(n + ".", StringComparison.Ordinal) is true)
            || declaring == typeof(Random)
            || (declaring == typeof(DateTime) || declaring == typeof(DateTimeOffset)) && member.Name is "get_Now" or "get_UtcNow" or "get_Today"
            || declaring == typeof(Environment) && member.Name.StartsWith("get_Tick", StringComparison.Ordinal)
        select $"{type.Name} -> {declaring.Name}.{member.Name}");

    [Fact]
    public void Types_of_the_engine_stand_in_the_folder_of_their_subject()
    {
        Assert.Equal(["Polyfills"], CoreFolders.Where(f => f.Value == "PSPairChat.Core").Select(f => f.Key));
        Violations.AssertNone(from type in GetCoreTypes()
                              let expected = type.IsPublic ? "PSPairChat" : $"PSPairChat.{GetFolder(type)}"
                              where GetFolder(type) is null || type.Namespace != expected
                              select $"{type.FullName} in folder {GetFolder(type) ?? "?"}");
    }

    [Fact]
    public void Each_public_type_has_a_file_of_its_name()
    {
        foreach (var assembly in new[] { CoreAssembly, CmdletAssembly })
        {
            var files = Repository.GetSourceFiles(assembly.GetName().Name!).Select(Path.GetFileNameWithoutExtension).ToHashSet();
            Violations.AssertNone(assembly.GetExportedTypes().Where(t => !t.IsNested && !files.Contains(t.Name.Split('`')[0])).Select(t => t.Name));
        }
    }

    [Fact]
    public void No_source_file_has_more_than_300_lines() => Violations.AssertNone(
        from file in Repository.GetSourceFiles()
        let lines = File.ReadLines(file).Count()
        where lines > 300
        select $"{Path.GetRelativePath(Repository.Root, file)}: {lines} lines");

    [Fact]
    public void Every_cmdlet_is_sealed_and_exported_and_its_class_has_its_name()
    {
        var manifest = File.ReadAllText(Path.Combine(Repository.Root, "PSPairChat.psd1"));
        var exported = Regex.Matches(manifest, @"^\s+'(\w+-\w+)'", RegexOptions.Multiline).Select(m => m.Groups[1].Value).ToArray();
        var cmdlets = AllCmdlets().ToArray();
        Assert.Equal(exported.Order(StringComparer.Ordinal), cmdlets.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.All(cmdlets, c => Assert.True(c.Type.IsSealed));
        Assert.All(cmdlets, c => Assert.Equal(c.Name.Replace("-", "", StringComparison.Ordinal) + "Command", c.Type.Name));
    }

    [Fact]
    public void A_parameter_name_has_the_same_type_in_every_cmdlet()
    {
        var types = from cmdlet in AllCmdlets()
                    from parameter in Parameters(cmdlet.Type)
                        // An array parameter has the type of its elements, as in Get-PSSession.
                    let type = parameter.PropertyType.GetElementType() ?? parameter.PropertyType
                    group (Nullable.GetUnderlyingType(type) ?? type).FullName by parameter.Name into named
                    where named.Distinct().Count() > 1
                    select $"{named.Key}: {string.Join(", ", named.Distinct())}";
        Assert.Empty(types);
    }

    [Fact]
    public void Each_cmdlet_accepts_pipeline_input_by_value_for_at_most_one_parameter() => Assert.All(AllCmdlets(), c =>
        Assert.InRange(Parameters(c.Type).Count(p => ParameterAttributes(p).Any(a => Named(a, "ValueFromPipeline") is true)), 0, 1));

    [Fact]
    public void Cmdlets_that_close_something_support_ShouldProcess()
    {
        var closing = AllCmdlets().Where(c => c.Name.Split('-')[0] is "Stop" or "Disconnect" or "Remove");
        Assert.NotEmpty(closing);
        Assert.All(closing, c => Assert.Equal(true, Named(c.Attribute, "SupportsShouldProcess")));
    }

    [Fact]
    public void Positional_and_mandatory_parameters_are_as_documented()
    {
        Assert.Equal(["Port"], Positional("Start-ChatServer"));
        Assert.Equal(["HostName", "Port", "Handle"], Positional("Connect-ChatServer"));
        Assert.Equal(["Message"], Positional("Send-ChatMessage"));
        var hostName = Parameters(Cmdlet("Connect-ChatServer")).Single(p => p.Name == "HostName");
        var alias = hostName.GetCustomAttributesData().Single(a => a.AttributeType.Name == "AliasAttribute");
        Assert.Equal(["Host", "ComputerName", "Cn"],
            ((IEnumerable<CustomAttributeTypedArgument>)alias.ConstructorArguments[0].Value!).Select(a => (string)a.Value!));
        Assert.Contains(ParameterAttributes(hostName), a => Named(a, "Mandatory") is true);
    }

    [Fact]
    public void Every_reason_has_a_category_and_a_recommended_action()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "src", "PSPairChat.Cmdlets", "ErrorRecordFactory.cs"));
        Assert.All(Enum.GetNames<ChatErrorReason>(), reason => Assert.True(Regex.Count(source, $@"ChatErrorReason\.{reason}\b") >= 2, reason));
    }

    [Fact]
    public void Every_folder_of_the_engine_has_tests_for_its_mutation()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/Unit/mutation-tests.json")));
        var folders = document.RootElement.EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetProperty("tests").EnumerateArray().Select(t => t.GetString()!).ToArray());
        Assert.Equal(CoreFolders.Values.Where(f => f != "PSPairChat.Core").Distinct().Order(StringComparer.Ordinal), folders.Keys.Order(StringComparer.Ordinal));
        Violations.AssertNone(folders.Values.SelectMany(tests => tests).Where(test => GetType().Assembly.GetType("PSPairChat.Unit." + test) is null));
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

    // Without the types that the compiler generates.
    private static IEnumerable<Type> GetCoreTypes() =>
        CoreAssembly.GetTypes().Where(t => !t.IsNested && t.Namespace?.StartsWith("PSPairChat", StringComparison.Ordinal) is true);

    private static string? GetFolder(Type type) =>
        type.DeclaringType is { } declaring ? GetFolder(declaring) : CoreFolders.GetValueOrDefault(type.Name.Split('`')[0]);

    private static (string[] Assemblies, string[] Types) GetReferences(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly)));
        var metadata = reader.GetMetadataReader();
        return ([.. metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name))],
            [.. metadata.TypeReferences.Select(metadata.GetTypeReference).Select(t => $"{metadata.GetString(t.Namespace)}.{metadata.GetString(t.Name)}")]);
    }
}
