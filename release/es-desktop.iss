; The installer for Windows: iscc /DVersion=0.2.0 /DFolder=..\dist\es-desktop release\es-desktop.iss
; It installs for one person, without administrator rights, and registers the file type as `es-desktop register` does.
; Written without a Windows machine to try it on.

#ifndef Version
  #error Give the version: /DVersion=...
#endif
#ifndef Folder
  #define Folder "..\dist\es-desktop"
#endif

[Setup]
AppId=org.eventstreamexplorer.es_desktop
AppName=Event Stream Explorer
AppVersion={#Version}
AppPublisher=The Event Stream Explorer authors
DefaultDirName={autopf}\Event Stream Explorer
DefaultGroupName=Event Stream Explorer
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\LICENSE
SetupIconFile=..\resources\app.ico
UninstallDisplayIcon={app}\es-desktopw.exe
OutputDir=..\dist
OutputBaseFilename=es-desktop-{#Version}-windows-x86_64-setup
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes
ChangesEnvironment=yes

[Tasks]
Name: "path"; Description: "Add es-desktop to the PATH, for use in a terminal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs

[InstallDelete]
; What an earlier version had and this one has not.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\Event Stream Explorer"; Filename: "{app}\es-desktopw.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\.esdb"; ValueType: string; ValueData: "es-desktop.store"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.esdb\OpenWithProgids"; ValueType: string; ValueName: "es-desktop.store"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\es-desktop.store"; ValueType: string; ValueData: "Event store"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\es-desktop.store\DefaultIcon"; ValueType: string; ValueData: "{app}\es-desktopw.exe,0"
Root: HKA; Subkey: "Software\Classes\es-desktop.store\shell\open\command"; ValueType: string; ValueData: """{app}\es-desktopw.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\esdb"; ValueType: string; ValueData: "URL:Event Stream Explorer"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\esdb"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\esdb\shell\open\command"; ValueType: string; ValueData: """{app}\es-desktopw.exe"" ""%1"""
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsNotInPath

[Run]
Filename: "{app}\es-desktopw.exe"; Description: "Start Event Stream Explorer"; Flags: nowait postinstall skipifsilent

[Code]
function IsNotInPath: Boolean;
var
  Path: string;
begin
  Result := not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Path)
    or (Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(Path) + ';') = 0);
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Path: string;
begin
  if (Step = usUninstall) and RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Path) then
  begin
    StringChangeEx(Path, ';' + ExpandConstant('{app}'), '', True);
    RegWriteExpandStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Path);
  end;
end;
